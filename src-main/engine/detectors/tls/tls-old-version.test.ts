import { testRule } from '../../../../test/support/detect';
import { bytes, hex } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsOldVersion } from './tls-old-version';

const DOWNGRADED = bytes(new Uint8Array(24).fill(0x11), hex('444f574e47524401'));
const shaken = (server: Parameters<typeof serverHello>[0], versions: readonly number[] = []) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example', versions })) })
    .s('PA', { data: record(22, serverHello(server)) })
    .c('A').packets;

testRule(tlsOldVersion, [
  { name: 'TLS 1.0', packets: shaken({ version: 0x0301, suite: 0x002f }), finds: ['warning'], metrics: { version: 'TLS 1.0' } },
  { name: 'SSL 3.0', packets: shaken({ version: 0x0300, suite: 0x000a }), finds: ['critical'] },
  {
    name: 'talked down from TLS 1.3',
    packets: shaken({ random: DOWNGRADED }, [0x0304, 0x0303]),
    finds: ['warning'],
    metrics: { downgrade: true },
  },
  { name: 'the mark of the server, to a client of TLS 1.2', packets: shaken({ random: DOWNGRADED }), finds: [] },
  { name: 'TLS 1.3, whatever the old field says', packets: shaken({ selected: 0x0304, suite: 0x1301 }, [0x0304]), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsSlowHandshake } from './tls-slow-handshake';

const shaken = (think: number) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open({ rtt: 0.02 })
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, serverHello()), after: think })
    .c('PA', { data: record(23, bytes(new Uint8Array(40))), after: 0.02 }).packets;

testRule(tlsSlowHandshake, [
  { name: 'the server thinks for 800 ms', packets: shaken(0.8), finds: ['notice'] },
  { name: 'for three seconds', packets: shaken(3), finds: ['warning'] },
  { name: 'for 50 ms', packets: shaken(0.05), finds: [] },
]);

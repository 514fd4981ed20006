import { testRule } from '../../../../test/support/detect';
import { certificate } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { certificateMessage, clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsCertWeakKey } from './tls-cert-weak-key';

const shown = (options: Parameters<typeof certificate>[0]) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, bytes(serverHello(), certificateMessage(certificate(options)))) })
    .c('A').packets;

testRule(tlsCertWeakKey, [
  { name: 'RSA of 1,024 bit', packets: shown({ bits: 1_024 }), finds: ['warning'], metrics: { short_key: true } },
  {
    name: 'signed with SHA-1',
    packets: shown({ signature: '2a864886f70d010105' }),
    finds: ['warning'],
    metrics: { short_key: false },
  },
  { name: 'RSA of 2,048 bit, SHA-256', packets: shown({}), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { certificate } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { certificateMessage, clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsCertSelfSigned } from './tls-cert-self-signed';

const shown = (options: Parameters<typeof certificate>[0]) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, bytes(serverHello(), certificateMessage(certificate(options)))) })
    .c('A').packets;

testRule(tlsCertSelfSigned, [
  { name: 'issuer and subject are the same', packets: shown({ subject: 'box', issuer: 'box' }), finds: ['notice'] },
  { name: 'issued by an authority', packets: shown({}), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { certificate } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { certificateMessage, clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsCertChainIncomplete } from './tls-cert-chain-incomplete';

const shown = (...certificates: Uint8Array[]) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, bytes(serverHello(), certificateMessage(...certificates))) })
    .c('A').packets;

testRule(tlsCertChainIncomplete, [
  { name: 'its own certificate only', packets: shown(certificate()), finds: ['notice'] },
  {
    name: 'with that of its issuer',
    packets: shown(certificate(), certificate({ subject: 'Test CA', issuer: 'Root' })),
    finds: [],
  },
  { name: 'signed by itself', packets: shown(certificate({ subject: 'box', issuer: 'box' })), finds: [] },
]);

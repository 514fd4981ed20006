import { testRule } from '../../../../test/support/detect';
import { certificate } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { certificateMessage, clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsSniMismatch } from './tls-sni-mismatch';

const shown = (sni: string, names: readonly string[]) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni })) })
    .s('PA', { data: record(22, bytes(serverHello(), certificateMessage(certificate({ names })))) })
    .c('A').packets;

testRule(tlsSniMismatch, [
  { name: 'a certificate for another name', packets: shown('shop.example', ['a.example']), finds: ['warning'] },
  { name: 'a wildcard covers one label only', packets: shown('x.y.a.example', ['*.a.example']), finds: ['warning'] },
  { name: 'the very name', packets: shown('A.example', ['b.example', 'a.example']), finds: [] },
  { name: 'a wildcard', packets: shown('x.a.example', ['*.a.example']), finds: [] },
]);

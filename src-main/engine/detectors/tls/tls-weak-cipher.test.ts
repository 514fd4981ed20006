import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsWeakCipher } from './tls-weak-cipher';

const shaken = (suite: number) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: record(22, serverHello({ suite })) })
    .c('A').packets;

testRule(tlsWeakCipher, [
  { name: 'RC4', packets: shaken(0x0005), finds: ['warning'] },
  { name: 'static RSA', packets: shaken(0x009c), finds: ['notice'] },
  { name: 'ECDHE with AES-GCM', packets: shaken(0xc02f), finds: [] },
]);

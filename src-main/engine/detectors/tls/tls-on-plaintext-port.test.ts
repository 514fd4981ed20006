import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { clientHello, record, serverHello } from '../../../../test/support/tls-bytes';
import { tlsOnPlaintextPort } from './tls-on-plaintext-port';

const hello = (said: string | Uint8Array) =>
  new Talk({ server: { ip: '192.0.2.2', port: 443 } })
    .open()
    .c('PA', { data: record(22, clientHello({ sni: 'a.example' })) })
    .s('PA', { data: said })
    .c('A').packets;

testRule(tlsOnPlaintextPort, [
  {
    name: 'the server answers in HTTP',
    packets: hello('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
    finds: ['warning'],
  },
  { name: 'the server answers in TLS', packets: hello(record(22, serverHello())), finds: [] },
]);

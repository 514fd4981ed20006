import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tlsPlaintextOnTlsPort } from './tls-plaintext-on-tls-port';

const get = (port: number) =>
  new Talk({ server: { ip: '192.0.2.2', port } })
    .open()
    .c('PA', { data: 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n' })
    .s('PA', { data: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n' })
    .c('A').packets;

testRule(tlsPlaintextOnTlsPort, [
  { name: 'HTTP to port 443', packets: get(443), finds: ['warning'] },
  { name: 'HTTP to port 80', packets: get(80), finds: [] },
]);

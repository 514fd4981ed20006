import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpCleartextCredentials } from './http-cleartext-credentials';

const sent = (header: string, server: string) =>
  new Talk({ server: { ip: server, port: 80 } })
    .open()
    .c('PA', { data: `GET / HTTP/1.1\r\nHost: a.example\r\n${header}\r\n\r\n` })
    .s('PA', { data: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' }).packets;

testRule(httpCleartextCredentials, [
  {
    name: 'a password to a public server',
    packets: sent('Authorization: Basic dXNlcjpzZWNyZXQ=', '198.51.100.2'),
    finds: ['critical'],
    metrics: { name: 'Authorization', scheme: 'Basic' },
  },
  { name: 'a password inside', packets: sent('Authorization: Basic dXNlcjpzZWNyZXQ=', '10.0.0.2'), finds: ['warning'] },
  { name: 'a challenge only', packets: sent('Authorization: Digest username="x"', '198.51.100.2'), finds: ['notice'] },
  { name: 'to this machine itself', packets: sent('Authorization: Basic dXNlcjpzZWNyZXQ=', '127.0.0.1'), finds: [] },
  { name: 'no credential', packets: sent('Accept: */*', '198.51.100.2'), finds: [] },
]);

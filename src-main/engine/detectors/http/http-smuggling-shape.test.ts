import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpSmugglingShape } from './http-smuggling-shape';

const posted = (headers: string) =>
  new Talk()
    .open()
    .c('PA', { data: `POST /a HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n0\r\n\r\n` })
    .s('PA', { data: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' }).packets;

testRule(httpSmugglingShape, [
  { name: 'a length and chunks', packets: posted('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'), finds: ['warning'] },
  { name: 'two lengths', packets: posted('Content-Length: 5\r\nContent-Length: 6\r\n'), finds: ['warning'] },
  { name: 'chunks only', packets: posted('Transfer-Encoding: chunked\r\n'), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpContentLengthMismatch } from './http-content-length-mismatch';

const cut = (announced: number, sent: number) =>
  new Talk()
    .open()
    .c('PA', { data: 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n' })
    .s('PA', { data: `HTTP/1.1 200 OK\r\nContent-Length: ${announced}\r\n\r\n${'x'.repeat(sent)}` })
    .c('A')
    .s('FA')
    .c('FA')
    .s('A').packets;

testRule(httpContentLengthMismatch, [
  { name: 'closed after half of it', packets: cut(1_000, 500), finds: ['warning'], metrics: { expected_bytes: 1_000 } },
  { name: 'all of it', packets: cut(500, 500), finds: [] },
  {
    name: 'the capture ends in the middle',
    packets: new Talk()
      .open()
      .c('PA', { data: 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n' })
      .s('PA', { data: 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nxx' }).packets,
    finds: [],
  },
]);

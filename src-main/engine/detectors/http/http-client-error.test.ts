import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpClientError } from './http-client-error';

const asked = (status: string, path = '/page', more = '') =>
  new Talk()
    .open()
    .c('PA', { data: `GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n` })
    .s('PA', { data: `HTTP/1.1 ${status}\r\n${more}Content-Length: 0\r\n\r\n` })
    .c('A');

testRule(httpClientError, [
  { name: 'a page that is not there', packets: asked('404 Not Found').packets, finds: ['notice'] },
  {
    name: 'too many requests',
    packets: asked('429 Too Many Requests', '/api', 'Retry-After: 30\r\n').packets,
    finds: ['warning'],
    metrics: { retry_after: '30' },
  },
  { name: 'an icon that browsers ask for', packets: asked('404 Not Found', '/favicon.ico').packets, finds: ['info'] },
  {
    name: 'authentication that then works',
    packets: asked('401 Unauthorized')
      .c('PA', { data: 'GET /page HTTP/1.1\r\nHost: a.example\r\nAuthorization: Digest x\r\n\r\n' })
      .s('PA', { data: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' }).packets,
    finds: ['info'],
  },
  { name: 'authentication that never works', packets: asked('401 Unauthorized').packets, finds: ['warning'] },
  { name: 'a page that is there', packets: asked('200 OK').packets, finds: [] },
]);

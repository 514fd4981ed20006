import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpRedirectLoop } from './http-redirect-loop';

const redirected = (targets: readonly string[], times: number) => {
  const talk = new Talk().open();
  for (let i = 0; i < times; i++) {
    for (const [k, path] of targets.entries()) {
      const to = targets[(k + 1) % targets.length];
      talk
        .c('PA', { data: `GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n` })
        .s('PA', { data: `HTTP/1.1 302 Found\r\nLocation: http://a.example${to}\r\nContent-Length: 0\r\n\r\n` })
        .c('A');
    }
  }
  return talk.packets;
};

testRule(httpRedirectLoop, [
  { name: 'a page that sends to itself', packets: redirected(['/'], 6), finds: ['warning'], metrics: { redirects: 6 } },
  { name: 'two pages that send to each other', packets: redirected(['/a', '/b'], 3), finds: ['warning'] },
  { name: 'a chain of three', packets: redirected(['/a', '/b', '/c'], 1), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpSlowTtfb } from './http-slow-ttfb';

const slow = (seconds: number, type = 'text/html', times = 1) => {
  const talk = new Talk().open();
  for (let i = 0; i < times; i++)
    talk
      .c('PA', { data: 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n' })
      .s('A')
      .s('PA', { data: `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\nok`, after: seconds })
      .c('A');
  return talk.packets;
};

testRule(httpSlowTtfb, [
  { name: 'two seconds', packets: slow(2), finds: ['notice'] },
  { name: 'five seconds', packets: slow(5), finds: ['warning'] },
  { name: 'twelve seconds', packets: slow(12), finds: ['critical'] },
  { name: 'half a second', packets: slow(0.5), finds: [] },
  { name: 'a stream of events', packets: slow(20, 'text/event-stream'), finds: [] },
  { name: 'long polls of 30 s', packets: slow(30, 'application/json', 4), finds: [] },
]);

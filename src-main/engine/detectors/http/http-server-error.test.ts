import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { httpServerError } from './http-server-error';

const answered = (bad: number, good: number) => {
  const talk = new Talk().open();
  for (let i = 0; i < bad + good; i++) {
    talk
      .c('PA', { data: 'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n' })
      .s('PA', { data: `HTTP/1.1 ${i < bad ? '500 Oops' : '200 OK'}\r\nContent-Length: 0\r\n\r\n` })
      .c('A');
  }
  return talk.packets;
};

testRule(httpServerError, [
  { name: 'one error', packets: answered(1, 3), finds: ['warning'] },
  { name: 'a tenth of all', packets: answered(3, 19), finds: ['critical'], metrics: { times: 3 } },
  { name: 'none', packets: answered(0, 5), finds: [] },
]);

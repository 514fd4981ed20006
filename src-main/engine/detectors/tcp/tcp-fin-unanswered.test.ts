import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpFinUnanswered } from './tcp-fin-unanswered';

const leaving = (times: number) => {
  const talk = new Talk().open().data(0).data(1);
  const seq = talk.seq[0];
  for (let i = 0; i < times; i++) talk.c('FA', { seq, after: 0.4 * 2 ** i, dropped: true });
  return talk;
};

testRule(tcpFinUnanswered, [
  { name: 'four FINs that nobody acknowledges', packets: leaving(4).packets, finds: ['notice'] },
  { name: 'acknowledged after the second', packets: leaving(2).s('A', { ack: 1_001 + 1_448 + 1 }).packets, finds: [] },
  { name: 'the other end answers with a RST', packets: leaving(4).s('R').packets, finds: [] },
]);

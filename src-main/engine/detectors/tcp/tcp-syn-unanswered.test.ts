import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpSynUnanswered } from './tcp-syn-unanswered';

const knocks = (count: number) => {
  const talk = new Talk();
  for (let i = 0; i < count; i++) talk.c('S', { seq: 1_000, after: i === 0 ? 0 : 2 ** (i - 1) });
  return talk;
};

testRule(tcpSynUnanswered, [
  { name: 'a SYN that nobody answers', packets: knocks(1).silence(5).packets, finds: ['warning'] },
  { name: 'the same SYN three times', packets: knocks(3).silence(5).packets, finds: ['critical'], metrics: { syns: 3 } },
  { name: 'a SYN at the end of the capture', packets: knocks(1).silence(1).packets, finds: [] },
  { name: 'a SYN that was refused', packets: knocks(1).s('RA', { ack: 1_001 }).silence(5).packets, finds: [] },
  {
    name: 'one direction of an open connection',
    packets: knocks(1).c('A', { ack: 7 }).c('PA', { ack: 7, data: 9 }).silence(5).packets,
    finds: [],
  },
]);

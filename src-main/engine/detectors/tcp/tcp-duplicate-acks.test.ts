import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpDuplicateAcks } from './tcp-duplicate-acks';

const asking = (duplicates: number, repaired: boolean) => {
  const talk = new Talk().open().data(1, 3);
  const seq = talk.seq[1];
  talk.s('PA', { data: 1_000, lost: true });
  for (let i = 0; i <= duplicates; i++) talk.s('PA', { data: 1_000 }).c('A', { ack: seq });
  if (repaired) talk.s('PA', { data: 1_000, seq, after: 0.05 }).c('A', { ack: talk.seq[1] });
  return talk.silence(3).packets;
};

testRule(tcpDuplicateAcks, [
  { name: 'four duplicates and no reaction', packets: asking(4, false), finds: ['notice'] },
  { name: 'twenty-five duplicates and no reaction', packets: asking(25, false), finds: ['warning'] },
  { name: 'the sender repeats the segment', packets: asking(4, true), finds: [] },
  { name: 'two duplicates only', packets: asking(1, false), finds: [] },
]);

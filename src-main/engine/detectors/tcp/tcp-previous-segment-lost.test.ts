import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpPreviousSegmentLost } from './tcp-previous-segment-lost';

const hole = (repaired: boolean) => {
  const talk = new Talk().open().data(1, 3);
  const seq = talk.seq[1];
  talk
    .s('PA', { data: 1_000, lost: true })
    .s('PA', { data: 1_000 })
    .c('A', { ack: seq })
    .s('PA', { data: 1_000 })
    .c('A', { ack: seq });
  if (repaired) talk.s('PA', { data: 1_000, seq, after: 0.3 }).c('A', { ack: talk.seq[1] });
  return talk;
};

testRule(tcpPreviousSegmentLost, [
  {
    name: 'a hole that nobody fills',
    packets: hole(false).silence(3).packets,
    finds: ['warning'],
    metrics: { missing_bytes: 1_000 },
  },
  { name: 'a hole that is filled', packets: hole(true).silence(3).packets, finds: [] },
  {
    name: 'acknowledged all the same: only the capture missed it',
    packets: hole(false).c('A', { ack: 600_000 }).silence(3).packets,
    finds: [],
  },
  { name: 'a hole at the end of the capture', packets: hole(false).packets, finds: [] },
]);

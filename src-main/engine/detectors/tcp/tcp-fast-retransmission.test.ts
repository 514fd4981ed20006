import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpFastRetransmission } from './tcp-fast-retransmission';

/** The capture is at the receiver: the segment is missing, duplicate ACKs go out, it comes again. */
const missing = (copies: number, after = 0.001) => {
  const talk = new Talk().open().data(1, 10);
  const seq = talk.seq[1];
  talk.s('PA', { data: 1_000, lost: true });
  for (let i = 0; i < copies + 1; i++) talk.s('PA', { data: 1_000 }).c('A', { ack: seq });
  return talk.s('PA', { data: 1_000, seq, after }).c('A', { ack: seq + 1_000 }).packets;
};

testRule(tcpFastRetransmission, [
  { name: 'after three duplicate ACKs', packets: missing(3), finds: ['notice'] },
  { name: 'after a timeout instead', packets: missing(3, 0.5), finds: [] },
  { name: 'without loss', packets: new Talk().open().data(1, 30).packets, finds: [] },
]);

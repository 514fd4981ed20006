import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpOutOfOrder } from './tcp-out-of-order';

/** Pairs of segments that changed places on the way, told by time. */
const swapped = (pairs: number, gap: number) => {
  const talk = new Talk().open({ rtt: 0.02 }).data(1, 40);
  for (let i = 0; i < pairs; i++) {
    const seq = talk.seq[1];
    talk.s('PA', { data: 1_000, lost: true }).s('PA', { data: 1_000, id: 9_000 + i * 2 + 1 });
    talk.s('PA', { data: 1_000, seq, id: 9_000 + i * 2, after: gap }).c('A', { ack: talk.seq[1] });
  }
  return talk.packets;
};

testRule(tcpOutOfOrder, [
  {
    name: 'three of forty-six overtook each other',
    packets: swapped(3, 0.001),
    finds: ['warning'],
    metrics: { out_of_order: 3 },
  },
  { name: 'a single pair', packets: swapped(1, 0.001), finds: [] },
  { name: 'in order', packets: new Talk().open().data(1, 60).packets, finds: [] },
]);

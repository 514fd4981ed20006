import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpRetransmission } from './tcp-retransmission';

/** Every n-th segment is captured, lost behind, and sent again after 300 ms. */
const losing = (segments: number, every: number, wait = 0.3) => {
  const talk = new Talk().open();
  for (let i = 1; i <= segments; i++) {
    if (i % every === 0) talk.s('PA', { data: 1_448, dropped: true }).again(1, 1_448, { after: wait }).c('A');
    else talk.data(1);
  }
  return talk.packets;
};

testRule(tcpRetransmission, [
  { name: 'one segment in ten is lost', packets: losing(60, 10), finds: ['critical'], metrics: { retransmissions: 6 } },
  { name: 'two of a hundred', packets: losing(100, 50), finds: ['warning'], metrics: { retransmissions: 2 } },
  { name: 'one of two hundred', packets: losing(200, 150), finds: ['notice'] },
  { name: 'a stall of two seconds', packets: losing(12, 12, 2), finds: ['critical'] },
  {
    name: 'one segment three times',
    packets: new Talk()
      .open()
      .c('PA', { data: 500, dropped: true })
      .again(0, 500, { dropped: true, after: 0.2 })
      .again(0, 500, { dropped: true, after: 0.4 })
      .again(0, 500, { after: 0.5 })
      .s('A').packets,
    finds: ['critical'],
  },
  { name: 'one quick retransmission in a short flow', packets: losing(5, 5), finds: [] },
  { name: 'all is well', packets: new Talk().open().data(1, 60).packets, finds: [] },
  {
    name: 'every packet captured twice',
    packets: new Talk()
      .open()
      .data(1, 60)
      .packets.flatMap(one => [one, { ...one, at: one.at + 0.0001 }]),
    finds: [],
  },
  {
    name: 'a SYN that was repeated',
    packets: new Talk().c('S', { seq: 1_000 }).c('S', { after: 3 }).s('SA').c('A').data(1, 30).packets,
    finds: [],
  },
]);

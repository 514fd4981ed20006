import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpSpuriousRetransmission } from './tcp-spurious-retransmission';

const needless = (times: number, total = 60) => {
  const talk = new Talk().open().data(1, total);
  for (let i = 0; i < times; i++) talk.data(1).wait(0.3).again(1, 1_448).c('A');
  return talk.packets;
};

testRule(tcpSpuriousRetransmission, [
  { name: 'three of sixty were acknowledged before', packets: needless(3), finds: ['warning'] },
  { name: 'two of five hundred', packets: needless(2, 500), finds: ['notice'] },
  { name: 'a single probe at the tail', packets: needless(1), finds: [] },
]);

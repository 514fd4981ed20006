import { testRule } from '../../../../test/support/detect';
import { be32, bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { tcpSpuriousRetransmission } from './tcp-spurious-retransmission';

const needless = (times: number, total = 60) => {
  const talk = new Talk().open().data(1, total);
  for (let i = 0; i < times; i++) talk.data(1).wait(0.3).again(1, 1_448).c('A');
  return talk.packets;
};

/** The client's ACKs name blocks: sequence numbers from the server's first byte. */
const blocks = (...pairs: (readonly [left: number, right: number])[]) =>
  bytes(1, 1, 5, 2 + pairs.length * 8, ...pairs.flatMap(([left, right]) => [be32(left + 500_001), be32(right + 500_001)]));

const told = (times: number, options: Uint8Array, total = 60) => {
  const talk = new Talk().open().data(1, total);
  for (let i = 0; i < times; i++) talk.data(1).wait(0.3).c('A', { options });
  return talk.packets;
};

testRule(tcpSpuriousRetransmission, [
  { name: 'three of sixty were acknowledged before', packets: needless(3), finds: ['warning'] },
  { name: 'two of five hundred', packets: needless(2, 500), finds: ['notice'] },
  {
    name: 'the receiver says it got two segments twice: blocks below its ACK',
    packets: told(2, blocks([0, 1_448])),
    finds: ['notice'],
    metrics: { spurious: 2, dsacks: 2 },
  },
  {
    name: 'a block inside the second one says the same',
    packets: told(3, blocks([200_000, 201_448], [190_000, 203_000])),
    finds: ['warning'],
    metrics: { dsacks: 3 },
  },
  { name: 'blocks above the ACK are what is missing something', packets: told(3, blocks([200_000, 201_448])), finds: [] },
  { name: 'two such blocks apart', packets: told(3, blocks([200_000, 201_448], [190_000, 193_000])), finds: [] },
  { name: 'one segment twice', packets: told(1, blocks([0, 1_448])), finds: [] },
  { name: 'a single probe at the tail', packets: needless(1), finds: [] },
]);

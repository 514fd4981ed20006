import { testRule } from '../../../../test/support/detect';
import { be32, bytes, type Captured, ethernet } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { broadcastStorm } from './broadcast-storm';

const shout = (count: number, rate: number, same = false): Captured[] =>
  Array.from({ length: count }, (_, i) => ({
    at: T0 + i / rate,
    frame: ethernet(0x88b5, bytes(be32(same ? 7 : i), new Uint8Array(50)), { to: 'ff:ff:ff:ff:ff:ff' }),
  }));

testRule(broadcastStorm, [
  { name: '1,500 broadcasts a second for five seconds', packets: shout(7_500, 1_500), finds: ['warning'] },
  { name: 'the same frame round and round', packets: shout(2_000, 1_000, true), finds: ['critical'], metrics: { loop: true } },
  { name: 'a broadcast a second', packets: shout(30, 1), finds: [] },
]);

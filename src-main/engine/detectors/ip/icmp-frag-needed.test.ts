import { testRule } from '../../../../test/support/detect';
import { icmp, quoteOf } from '../../../../test/support/made-packets';
import { bytes } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { icmpFragNeeded } from './icmp-frag-needed';

const [, , , large] = new Talk().open().c('PA', { data: 1_400 }).packets;
const open = new Talk().open().c('PA', { data: 1_400 }).packets;
const told = (at: number, mtu: number) =>
  large
    ? icmp(at, '192.0.2.254', '192.0.2.1', 3, 4, mtu, quoteOf(large, 40))
    : icmp(at, '192.0.2.254', '192.0.2.1', 3, 4, mtu, bytes(''));

testRule(icmpFragNeeded, [
  { name: 'path MTU discovery', packets: [...open, told(0.02, 1_300)], finds: ['info'], metrics: { mtu: 1_300 } },
  {
    name: 'the sender does not listen',
    packets: [...open, told(0.02, 1_300), told(2, 1_300), told(4, 1_300), told(8, 1_300)],
    finds: ['warning'],
  },
  { name: 'an MTU of 200', packets: [...open, told(0.02, 200)], finds: ['warning'] },
  {
    name: 'an error without an MTU',
    packets: [...open, icmp(0.02, '192.0.2.254', '192.0.2.1', 3, 1, 0, large ? quoteOf(large, 40) : bytes(''))],
    finds: [],
  },
]);

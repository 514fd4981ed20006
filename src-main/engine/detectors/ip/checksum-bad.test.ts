import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { checksumBad } from './checksum-bad';

const good = () => new Talk().open().data(1, 10).packets;
/** Turns a bit of the payload of every n-th packet. */
const damaged = (every: number) =>
  good().map((one, i) => {
    const frame = one.frame.slice();
    const last = frame.length - 1;
    if (i % every === 3 && last > 60) frame[last] = (frame[last] ?? 0) ^ 1;
    return { ...one, frame };
  });
/** Only the sum of the pseudo header stands there, as offload leaves it. */
const partial = () =>
  good().map(one => {
    const frame = one.frame.slice();
    const length = frame.length - 34;
    let sum = 6 + length;
    for (let at = 26; at < 34; at += 2) sum += ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    frame[50] = sum >> 8;
    frame[51] = sum & 255;
    return { ...one, frame };
  });

testRule(checksumBad, [
  { name: 'some payloads were changed on the way', packets: damaged(4), finds: ['critical'], metrics: { source: '192.0.2.2' } },
  { name: 'all is right', packets: good(), finds: [] },
  { name: 'left to the network card', packets: partial(), finds: [] },
  {
    name: 'a packet that was cut cannot be verified',
    packets: damaged(4).map(one => ({ ...one, frame: one.frame.subarray(0, 60), length: one.frame.length })),
    finds: [],
  },
]);

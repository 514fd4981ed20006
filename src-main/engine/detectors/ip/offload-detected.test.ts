import { testRule } from '../../../../test/support/detect';
import { type Captured } from '../../../../test/support/packet-bytes';
import { Talk } from '../../../../test/support/talk';
import { offloadDetected } from './offload-detected';

const partial = (packets: readonly Captured[]) =>
  packets.map(one => {
    const frame = one.frame.slice();
    let sum = 6 + frame.length - 34;
    for (let at = 26; at < 34; at += 2) sum += ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    frame[50] = sum >> 8;
    frame[51] = sum & 255;
    return { ...one, frame };
  });

testRule(offloadDetected, [
  {
    name: 'segments larger than any frame',
    packets: new Talk().open().data(1, 2, 20_000).packets,
    finds: ['info'],
    metrics: { largest_segment_bytes: 20_000 },
  },
  { name: 'checksums left to the card', packets: partial(new Talk().open().data(1, 5).packets), finds: ['info'] },
  { name: 'neither', packets: new Talk().open().data(1, 5).packets, finds: [] },
]);

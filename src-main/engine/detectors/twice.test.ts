import { expect, test } from 'vitest';
import { made } from '../../../test/support/detect';
import { be16, type Captured, checksum } from '../../../test/support/packet-bytes';
import { healthy, Talk, together } from '../../../test/support/talk';
import { runDetectors } from './run-detectors';

/** Every packet once more, as a mirror of both ports or the interface "any" gives it. */
const twice = (packets: readonly Captured[], lower = 0): Captured[] =>
  together(
    packets,
    packets.map(({ at, frame }) => {
      const copy = frame.slice();
      copy[22] = (copy[22] ?? 0) - lower; // the TTL of IPv4 behind Ethernet, and its checksum
      copy.set([0, 0], 24);
      copy.set(be16(checksum(copy.subarray(14, 34))), 24);
      return { at: at + 0.0002, frame: copy };
    }),
  );
const transfer = () => new Talk().open().c('PA', { data: 300 }).data(1, 400).close().silence(5).packets;

test.each([
  ['a healthy exchange', healthy()],
  ['a transfer', transfer()],
  ['a transfer with the TTL of behind a router', transfer(), 1],
])('%s in which every packet was captured twice shows that, and no trouble of TCP', (_name, packets, lower = 0) => {
  const { findings } = runDetectors(made(twice(packets, lower)));
  const single = runDetectors(made(packets)).findings.map(({ id }) => id);
  expect(findings.map(({ id }) => id).filter(id => !single.includes(id) && id !== 'capture-duplicates')).toEqual([]);
});

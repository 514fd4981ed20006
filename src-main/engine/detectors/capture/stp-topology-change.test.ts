import { testRule } from '../../../../test/support/detect';
import { be16, be32, bytes, type Captured, macBytes } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { stpTopologyChange } from './stp-topology-change';

const bpdu = (at: number, flags: number, root = 1): Captured => {
  const body = bytes(
    0x42,
    0x42,
    3,
    be16(0),
    0,
    0,
    flags,
    0x80,
    root,
    macBytes('02:00:00:00:00:01'),
    be32(4),
    0x80,
    1,
    macBytes('02:00:00:00:00:02'),
    be16(0x8001),
    be16(0),
    be16(0x1400),
    be16(0x0200),
    be16(0x0f00),
  );
  return { at: T0 + at, frame: bytes(macBytes('01:80:c2:00:00:00'), macBytes('02:00:00:00:00:02'), be16(body.length), body) };
};

testRule(stpTopologyChange, [
  { name: 'the flag of a topology change', packets: [bpdu(0, 0), bpdu(2, 1), bpdu(4, 0)], finds: ['notice'] },
  {
    name: 'the root changes three times',
    packets: [bpdu(0, 0, 1), bpdu(2, 0, 2), bpdu(4, 0, 1), bpdu(6, 0, 3)],
    finds: ['warning'],
    metrics: { root_changes: 3 },
  },
  { name: 'a quiet tree', packets: [bpdu(0, 0), bpdu(2, 0), bpdu(4, 0)], finds: [] },
]);

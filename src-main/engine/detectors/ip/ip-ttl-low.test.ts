import { testRule } from '../../../../test/support/detect';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { ipTtlLow } from './ip-ttl-low';

const sent = (ttl: number, to = '198.51.100.9'): Captured => ({
  at: T0,
  frame: udp({ ip: '192.0.2.1', port: 40_000 }, { ip: to, port: 7_000 }, bytes('x'), { ttl }),
});

testRule(ipTtlLow, [
  { name: 'three hops left', packets: [sent(3)], finds: ['notice'] },
  { name: 'a trace counts up', packets: [sent(2), sent(3), sent(4)], finds: [] },
  { name: 'to a group', packets: [sent(3, '239.1.2.3')], finds: [] },
  { name: 'to a neighbour', packets: [sent(1)], finds: [] },
  { name: 'hops enough', packets: [sent(60)], finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { scanUdp } from './scan-udp';

const knock = (ports: number, first = 1): Captured[] =>
  Array.from({ length: ports }, (_, i) => ({
    at: T0 + i / 10,
    frame: udp({ ip: '192.0.2.66', port: 50_000 }, { ip: '192.0.2.2', port: first + i }, bytes('x')),
  }));

testRule(scanUdp, [
  { name: 'thirty ports of one host', packets: knock(30), finds: ['warning'], metrics: { ports: 30 } },
  { name: 'a traceroute', packets: knock(30, 33_434), finds: [] },
  { name: 'ten ports', packets: knock(10), finds: [] },
]);

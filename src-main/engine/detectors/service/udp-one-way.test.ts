import { testRule } from '../../../../test/support/detect';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { udpOneWay } from './udp-one-way';

const sent = (count: number, port: number, answerAt = -1): Captured[] =>
  Array.from({ length: count }, (_, i) => i).flatMap(i => [
    { at: T0 + i, frame: udp({ ip: '192.0.2.1', port: 40_000 }, { ip: '198.51.100.9', port }, bytes('hello')) },
    ...(i === answerAt
      ? [{ at: T0 + i + 0.1, frame: udp({ ip: '198.51.100.9', port }, { ip: '192.0.2.1', port: 40_000 }, bytes('hello')) }]
      : []),
  ]);

testRule(udpOneWay, [
  { name: 'twelve datagrams and nothing back', packets: sent(12, 7_777), finds: ['info'] },
  { name: 'to WireGuard', packets: sent(12, 51_820), finds: ['warning'] },
  { name: 'one came back', packets: sent(12, 7_777, 5), finds: [] },
  { name: 'a log is not answered', packets: sent(12, 514), finds: [] },
  { name: 'five only', packets: sent(5, 7_777), finds: [] },
]);

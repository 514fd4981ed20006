import { testRule } from '../../../../test/support/detect';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { udpStall } from './udp-stall';

/** 50 datagrams a second, then a pause, then on. */
const stream = (pause: number, rate = 50): Captured[] => {
  const gap = 1 / rate;
  return Array.from({ length: rate * 8 }, (_, i) => ({
    at: T0 + i * gap + (i >= rate * 4 ? pause : 0),
    frame: udp({ ip: '198.51.100.9', port: 27_015 }, { ip: '192.0.2.1', port: 40_000 }, bytes('state of the game')),
  }));
};

testRule(udpStall, [
  { name: 'half a second', packets: stream(0.5), finds: ['notice'], metrics: { stalls: 1 } },
  { name: 'two seconds', packets: stream(2), finds: ['warning'] },
  { name: '150 ms', packets: stream(0.15), finds: [] },
  { name: 'a stream of two datagrams a second has pauses by nature', packets: stream(0.5, 2), finds: [] },
]);

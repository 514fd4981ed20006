import { testRule } from '../../../../test/support/detect';
import { icmp, quoteOf } from '../../../../test/support/made-packets';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { routingLoop } from './routing-loop';

const probe = (at: number, ttl: number, id = 9): Captured => ({
  at: T0 + at,
  frame: udp({ ip: '192.0.2.1', port: 40_000 }, { ip: '198.51.100.9', port: 7_000 }, bytes('some payload that is long enough'), {
    ttl,
    id,
  }),
});
const says = (at: number, router: string) => icmp(at, router, '192.0.2.1', 11, 0, 0, quoteOf(probe(at, 64)));

testRule(routingLoop, [
  {
    name: 'two routers take turns to say so',
    packets: [0, 1, 2, 3].flatMap(i => [probe(i, 64, 100 + i), says(i + 0.1, `203.0.113.${1 + (i % 2)}`)]),
    finds: ['critical'],
    metrics: { seen: 'icmp' },
  },
  {
    name: 'the same packet four times, with fewer hops each time',
    packets: [64, 62, 60, 58].map((ttl, i) => probe(i * 0.01, ttl)),
    finds: ['critical'],
    metrics: { seen: 'packets', times: 4 },
  },
  { name: 'before and after one router', packets: [probe(0, 64), probe(0.0001, 63)], finds: [] },
  {
    name: 'the hops of a trace',
    packets: [1, 2, 3].flatMap(i => [probe(i, i, 200 + i), says(i + 0.1, `203.0.113.${i}`)]),
    finds: [],
  },
]);

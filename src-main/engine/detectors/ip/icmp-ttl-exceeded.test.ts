import { testRule } from '../../../../test/support/detect';
import { icmp, quoteOf } from '../../../../test/support/made-packets';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { icmpTtlExceeded } from './icmp-ttl-exceeded';

const probe = (at: number, ttl: number): Captured => ({
  at: T0 + at,
  frame: udp({ ip: '192.0.2.1', port: 40_000 }, { ip: '198.51.100.9', port: 33_434 + ttl }, bytes('probe'), { ttl, id: ttl }),
});
const says = (at: number, of: Captured, router: string, code = 0) => icmp(at, router, '192.0.2.1', 11, code, 0, quoteOf(of));
const hops = [1, 2, 3].flatMap(ttl => [probe(ttl, ttl), says(ttl + 0.01, probe(ttl, ttl), `203.0.113.${ttl}`)]);

testRule(icmpTtlExceeded, [
  { name: 'a traceroute', packets: hops, finds: ['info'], metrics: { class: 'traceroute' } },
  { name: 'one packet ran out of hops', packets: [probe(0, 60), says(0.01, probe(0, 60), '203.0.113.9')], finds: ['notice'] },
  {
    name: 'fragments that were not put together',
    packets: [probe(0, 60), says(30, probe(0, 60), '198.51.100.9', 1)],
    finds: ['warning'],
  },
  {
    name: 'a redirect is another matter',
    packets: [probe(0, 60), icmp(0.01, '192.0.2.254', '192.0.2.1', 5, 1, 0, quoteOf(probe(0, 60)))],
    finds: [],
  },
]);

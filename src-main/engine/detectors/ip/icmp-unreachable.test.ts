import { testRule } from '../../../../test/support/detect';
import { icmp, query, quoteOf } from '../../../../test/support/made-packets';
import { bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { icmpUnreachable } from './icmp-unreachable';

const ask = query(0);
const says = (at: number, code: number, of = ask, from = '192.0.2.53') => icmp(at, from, '192.0.2.1', 3, code, 0, quoteOf(of));
const probe = (port: number): Captured => ({
  at: T0,
  frame: udp({ ip: '192.0.2.1', port: 40_000 }, { ip: '192.0.2.9', port }, bytes('x')),
});

testRule(icmpUnreachable, [
  { name: 'nothing listens on the port', packets: [ask, says(0.01, 3)], finds: ['warning'] },
  {
    name: 'a router does not reach the host',
    packets: [probe(7_000), says(0.01, 1, probe(7_000), '192.0.2.254')],
    finds: ['warning'],
    metrics: { reporter: '192.0.2.254', target: '192.0.2.9' },
  },
  {
    name: 'every DNS query',
    packets: [0, 1, 2].flatMap(i => [query(i, { id: i }), says(i + 0.01, 3, query(i, { id: i }))]),
    finds: ['critical'],
  },
  {
    name: 'the end of a traceroute',
    packets: [probe(33_450), says(0.01, 3, probe(33_450), '192.0.2.9')],
    finds: ['notice'],
    metrics: { class: 'traceroute' },
  },
  { name: 'fragmentation needed is another matter', packets: [ask, says(0.01, 4)], finds: [] },
  {
    name: 'a TCP SYN is another matter',
    packets: [...new Talk().c('S').packets, says(0.01, 1, new Talk().c('S').packets[0] ?? ask)],
    finds: [],
  },
]);

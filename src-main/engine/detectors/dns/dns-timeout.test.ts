import { testRule } from '../../../../test/support/detect';
import { answer, later, query } from '../../../../test/support/made-packets';
import { dnsTimeout } from './dns-timeout';

testRule(dnsTimeout, [
  {
    name: 'one query without answer',
    packets: [
      query(0),
      query(1, { id: 2, name: 'b.example' }),
      answer(1.01, { id: 2, name: 'b.example', answers: ['192.0.2.80'] }),
      later(7),
    ],
    finds: ['warning'],
  },
  {
    name: 'the server answers nothing at all',
    packets: [query(0), query(1, { id: 2 }), query(2, { id: 3 }), later(9)],
    finds: ['critical'],
    metrics: { queries: 3 },
  },
  { name: 'the capture ends first', packets: [query(0), later(3)], finds: [] },
  {
    name: 'the second try is answered',
    packets: [query(0, { id: 1 }), query(1, { id: 2 }), answer(1.01, { id: 2, answers: ['192.0.2.80'] }), later(9)],
    finds: [],
  },
  {
    name: 'multicast DNS needs no answer',
    packets: [query(0, { server: { ip: '224.0.0.251', port: 5353 }, client: { ip: '192.0.2.1', port: 5353 } }), later(9)],
    finds: [],
  },
]);

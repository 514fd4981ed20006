import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsNxdomain } from './dns-nxdomain';

testRule(dnsNxdomain, [
  {
    name: 'a name that does not exist',
    packets: [query(0, { name: 'nx.example.org' }), answer(0.01, { name: 'nx.example.org', rcode: 3 })],
    finds: ['notice'],
  },
  {
    name: 'asked for again and again',
    packets: [0, 1, 2, 3, 4].flatMap(i => [
      query(i, { id: i, name: 'nx.example.org' }),
      answer(i + 0.01, { id: i, name: 'nx.example.org', rcode: 3 }),
    ]),
    finds: ['warning'],
  },
  {
    name: "a browser's random word",
    packets: [query(0, { name: 'qwhzjvbnm' }), answer(0.01, { name: 'qwhzjvbnm', rcode: 3 })],
    finds: ['info'],
  },
  { name: 'a name that exists', packets: [query(0), answer(0.01, { answers: ['192.0.2.80'] })], finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsServfail } from './dns-servfail';

const failing = (count: number, fails: number) =>
  Array.from({ length: count }, (_, i) => i).flatMap(i => [
    query(i, { id: i, name: `n${i}.example.org` }),
    answer(i + 0.01, { id: i, name: `n${i}.example.org`, ...(i < fails ? { rcode: 2 } : { answers: ['192.0.2.80'] }) }),
  ]);

testRule(dnsServfail, [
  { name: 'one of ten fails', packets: failing(10, 1), finds: ['warning'] },
  { name: 'two of four fail', packets: failing(4, 2), finds: ['critical', 'critical'] },
  {
    name: 'it works with checking disabled',
    packets: [
      ...failing(1, 1),
      query(2, { id: 9, name: 'n0.example.org', checkingDisabled: true }),
      answer(2.01, { id: 9, name: 'n0.example.org', answers: ['192.0.2.80'] }),
    ],
    finds: ['warning'],
    metrics: { works_without_validation: true },
  },
  { name: 'none fails', packets: failing(4, 0), finds: [] },
]);

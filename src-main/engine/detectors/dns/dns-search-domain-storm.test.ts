import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsSearchDomainStorm } from './dns-search-domain-storm';

const suffixes = ['default.svc.cluster', 'svc.cluster', 'cluster'];
const lookups = (tries: readonly string[]) =>
  Array.from({ length: 8 }, (_, i) => i).flatMap(i => [
    ...tries.flatMap((suffix, k) => [
      query(i + k / 10, { id: i * 10 + k, name: `h${i}.example.org.${suffix}` }),
      answer(i + k / 10 + 0.02, { id: i * 10 + k, name: `h${i}.example.org.${suffix}`, rcode: 3 }),
    ]),
    query(i + 0.5, { id: i * 10 + 9, name: `h${i}.example.org` }),
    answer(i + 0.51, { id: i * 10 + 9, name: `h${i}.example.org`, answers: ['192.0.2.80'] }),
  ]);

testRule(dnsSearchDomainStorm, [
  {
    name: 'three of four queries are in vain',
    packets: lookups(suffixes),
    finds: ['notice'],
    metrics: { wasted: 24, queries: 32 },
  },
  { name: 'names are asked for as they are', packets: [...lookups([]), ...lookups([])], finds: [] },
]);

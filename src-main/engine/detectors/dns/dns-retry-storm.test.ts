import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsRetryStorm } from './dns-retry-storm';

const asked = (count: number, every: number, good = false) =>
  Array.from({ length: count }, (_, i) => i).flatMap(i => [
    query(i * every, { id: i }),
    answer(i * every + 0.01, { id: i, ...(good ? { answers: ['192.0.2.80'] } : { rcode: 2 }) }),
  ]);

testRule(dnsRetryStorm, [
  { name: 'six times in three seconds, in vain', packets: asked(6, 0.5), finds: ['warning'] },
  { name: 'six times in a minute', packets: asked(6, 12), finds: [] },
  { name: 'six times with an answer', packets: asked(6, 0.5, true), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsLargeFragmented } from './dns-large-fragmented';

const big = (padding: number) => [query(0, { edns: 4096 }), answer(0.01, { answers: ['192.0.2.80'], edns: 4096, padding })];

testRule(dnsLargeFragmented, [
  { name: 'an answer of 1,800 bytes', packets: big(1_750), finds: ['notice'] },
  { name: 'an answer of 1,200 bytes', packets: big(1_150), finds: [] },
  { name: 'a small answer', packets: big(10), finds: [] },
]);

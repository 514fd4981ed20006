import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsRefused } from './dns-refused';

testRule(dnsRefused, [
  { name: 'the server refuses', packets: [query(0), answer(0.01, { rcode: 5 })], finds: ['warning'] },
  { name: 'the server answers', packets: [query(0), answer(0.01, { answers: ['192.0.2.80'] })], finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { answer, later, query } from '../../../../test/support/made-packets';
import { dnsSlow } from './dns-slow';

testRule(dnsSlow, [
  { name: 'an answer after 400 ms', packets: [query(0), answer(0.4, { answers: ['192.0.2.80'] })], finds: ['notice'] },
  { name: 'an answer after two seconds', packets: [query(0), answer(2, { answers: ['192.0.2.80'] })], finds: ['warning'] },
  { name: 'an answer after 100 ms', packets: [query(0), answer(0.1, { answers: ['192.0.2.80'] })], finds: [] },
  { name: 'no answer is no slow one', packets: [query(0), later(9)], finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsNodata } from './dns-nodata';

testRule(dnsNodata, [
  {
    name: 'neither A nor AAAA',
    packets: [
      query(0, { id: 1 }),
      answer(0.01, { id: 1 }),
      query(0.02, { id: 2, type: 'AAAA' }),
      answer(0.03, { id: 2, type: 'AAAA' }),
    ],
    finds: ['notice'],
  },
  {
    name: 'no AAAA, but A',
    packets: [
      query(0, { id: 1 }),
      answer(0.01, { id: 1, answers: ['192.0.2.80'] }),
      query(0.02, { id: 2, type: 'AAAA' }),
      answer(0.03, { id: 2, type: 'AAAA' }),
    ],
    finds: [],
  },
  { name: 'a truncated answer', packets: [query(0), answer(0.01, { truncated: true })], finds: [] },
]);

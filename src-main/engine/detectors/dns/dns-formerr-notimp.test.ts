import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsFormerrNotimp } from './dns-formerr-notimp';

testRule(dnsFormerrNotimp, [
  { name: 'FORMERR', packets: [query(0), answer(0.01, { rcode: 1 })], finds: ['notice'] },
  {
    name: 'with EDNS only',
    packets: [
      query(0, { id: 1, edns: 1232 }),
      answer(0.01, { id: 1, rcode: 1 }),
      query(0.1, { id: 2 }),
      answer(0.11, { id: 2, answers: ['192.0.2.80'] }),
    ],
    finds: ['warning'],
    metrics: { works_without_edns: true },
  },
  { name: 'a refusal is another matter', packets: [query(0), answer(0.01, { rcode: 5 })], finds: [] },
]);

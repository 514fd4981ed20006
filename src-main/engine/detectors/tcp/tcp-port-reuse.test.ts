import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpPortReuse } from './tcp-port-reuse';

const first = () => new Talk().open().data(0).close();

testRule(tcpPortReuse, [
  {
    name: 'the same ports ten seconds later, and no answer',
    packets: first().wait(10).c('S', { seq: 90_000 }).silence(5).packets,
    finds: ['warning'],
  },
  {
    name: 'the same ports, answered at once',
    packets: first().wait(10).c('S', { seq: 90_000 }).s('SA', { seq: 700_000, ack: 90_001 }).silence(5).packets,
    finds: [],
  },
  { name: 'two minutes later', packets: first().wait(120).c('S', { seq: 90_000 }).silence(5).packets, finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { later, ping } from '../../../../test/support/made-packets';
import { Talk, together } from '../../../../test/support/talk';
import { icmpEchoUnanswered } from './icmp-echo-unanswered';

const pings = (count: number, lost: number) =>
  Array.from({ length: count }, (_, i) => i).flatMap(i => [ping(i, i), ...(i < lost ? [] : [ping(i + 0.01, i, true)])]);

testRule(icmpEchoUnanswered, [
  { name: 'one of three', packets: [...pings(3, 1), later(9)], finds: ['notice'], metrics: { lost: 1 } },
  { name: 'two of ten', packets: [...pings(10, 2), later(20)], finds: ['warning'] },
  {
    name: 'the host answers otherwise',
    packets: together([...pings(5, 5), later(20)], new Talk({ server: { ip: '192.0.2.9', port: 80 } }).open().packets),
    finds: ['info'],
  },
  { name: 'all are answered', packets: [...pings(5, 0), later(9)], finds: [] },
  { name: 'the capture ends first', packets: [ping(0, 0), later(1)], finds: [] },
]);

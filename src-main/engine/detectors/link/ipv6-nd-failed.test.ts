import { testRule } from '../../../../test/support/detect';
import { advertise, later, solicit } from '../../../../test/support/made-packets';
import { ipv6NdFailed } from './ipv6-nd-failed';

const asks = (times: number) => Array.from({ length: times }, (_, i) => solicit(i, '2001:db8::1', '2001:db8::99'));

testRule(ipv6NdFailed, [
  { name: 'three solicitations without answer', packets: [...asks(3), later(9)], finds: ['warning'] },
  {
    name: 'for the gateway',
    packets: [...asks(3), later(9)],
    options: { context: { gateways: ['2001:db8::99'] } },
    finds: ['critical'],
  },
  { name: 'answered', packets: [...asks(3), advertise(2.1, '2001:db8::99'), later(9)], finds: [] },
  { name: 'two', packets: [...asks(2), later(9)], finds: [] },
]);

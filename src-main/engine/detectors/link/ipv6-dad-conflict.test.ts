import { testRule } from '../../../../test/support/detect';
import { advertise, later, solicit } from '../../../../test/support/made-packets';
import { ipv6DadConflict } from './ipv6-dad-conflict';

testRule(ipv6DadConflict, [
  {
    name: 'somebody has the address already',
    packets: [solicit(0, '::', '2001:db8::5'), advertise(0.1, '2001:db8::5')],
    finds: ['critical'],
  },
  {
    name: 'the machine itself announces it after a second',
    packets: [solicit(0, '::', '2001:db8::5'), advertise(1.1, '2001:db8::5')],
    finds: [],
  },
  { name: 'nobody has it', packets: [solicit(0, '::', '2001:db8::5'), later(5)], finds: [] },
  { name: 'a usual question', packets: [solicit(0, '2001:db8::1', '2001:db8::5'), advertise(0.1, '2001:db8::5')], finds: [] },
]);

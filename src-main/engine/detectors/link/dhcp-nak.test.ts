import { testRule } from '../../../../test/support/detect';
import { dhcp } from '../../../../test/support/made-packets';
import { dhcpNak } from './dhcp-nak';

const refused = [dhcp(0, { type: 3, requested: '10.0.0.5' }), dhcp(0.1, { type: 6 })];

testRule(dhcpNak, [
  { name: 'the address is refused', packets: refused, finds: ['warning'], metrics: { requested: '10.0.0.5' } },
  {
    name: 'and another is given at once',
    packets: [
      ...refused,
      dhcp(1, { type: 1 }),
      dhcp(1.1, { type: 2, yours: '192.0.2.50' }),
      dhcp(1.2, { type: 3, requested: '192.0.2.50' }),
      dhcp(1.3, { type: 5, yours: '192.0.2.50' }),
    ],
    finds: ['notice'],
  },
  { name: 'the address is given', packets: [dhcp(0, { type: 3 }), dhcp(0.1, { type: 5, yours: '192.0.2.50' })], finds: [] },
]);

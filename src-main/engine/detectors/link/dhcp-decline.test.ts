import { testRule } from '../../../../test/support/detect';
import { dhcp } from '../../../../test/support/made-packets';
import { dhcpDecline } from './dhcp-decline';

testRule(dhcpDecline, [
  {
    name: 'the client finds the address in use',
    packets: [dhcp(0, { type: 4, requested: '192.0.2.50' })],
    finds: ['warning'],
    metrics: { target: '192.0.2.50' },
  },
  { name: 'a request', packets: [dhcp(0, { type: 3, requested: '192.0.2.50' })], finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { dhcp, later } from '../../../../test/support/made-packets';
import { dhcpNoOffer } from './dhcp-no-offer';

const discover = (at: number, transaction = 1) => dhcp(at, { type: 1, transaction });

testRule(dhcpNoOffer, [
  { name: 'two DISCOVERs without an offer', packets: [discover(0), discover(4), later(20)], finds: ['warning'] },
  {
    name: 'an offer came',
    packets: [discover(0), discover(4), dhcp(4.1, { type: 2, yours: '192.0.2.50' }), later(20)],
    finds: [],
  },
  { name: 'one only', packets: [discover(0), later(20)], finds: [] },
  { name: 'the capture ends first', packets: [discover(0), discover(4), later(8)], finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { dhcp, later } from '../../../../test/support/made-packets';
import { dhcpLeaseRenewFailing } from './dhcp-lease-renew-failing';

const renew = (at: number, transaction: number, to = '192.0.2.254') => dhcp(at, { type: 3, own: '192.0.2.50', transaction, to });

testRule(dhcpLeaseRenewFailing, [
  { name: 'two renewals without answer', packets: [renew(0, 1), renew(60, 2), later(90)], finds: ['warning'] },
  {
    name: 'it asks everybody',
    packets: [renew(0, 1, '255.255.255.255'), later(20)],
    finds: ['warning'],
    metrics: { rebinding: true },
  },
  {
    name: 'the renewal is answered',
    packets: [renew(0, 1), dhcp(0.1, { type: 5, yours: '192.0.2.50', to: '192.0.2.50' }), later(90)],
    finds: [],
  },
  { name: 'one try', packets: [renew(0, 1), later(90)], finds: [] },
]);

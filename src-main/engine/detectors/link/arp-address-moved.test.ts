import { testRule } from '../../../../test/support/detect';
import { arp } from '../../../../test/support/made-packets';
import { arpAddressMoved } from './arp-address-moved';

const ONE = '02:00:00:00:00:aa';
const OTHER = '02:00:00:00:00:bb';
const claims = (...macs: string[]) => macs.map((from, i) => arp(i, { from, ip: '192.0.2.7' }));

testRule(arpAddressMoved, [
  { name: 'the first is silent after the second came', packets: claims(ONE, ONE, OTHER, OTHER), finds: ['notice'] },
  {
    name: 'a virtual router switched',
    packets: claims(ONE, '00:00:5e:00:01:07', ONE),
    finds: ['notice'],
    metrics: { virtual: true },
  },
  { name: 'both are there', packets: claims(ONE, OTHER, ONE), finds: [] },
  {
    name: 'minutes later',
    packets: [arp(0, { from: ONE, ip: '192.0.2.7' }), arp(300, { from: OTHER, ip: '192.0.2.7' })],
    finds: [],
  },
]);

import { testRule } from '../../../../test/support/detect';
import { arp } from '../../../../test/support/made-packets';
import { arpDuplicateIp } from './arp-duplicate-ip';

const ONE = '02:00:00:00:00:aa';
const OTHER = '02:00:00:00:00:bb';
const claims = (...macs: string[]) => macs.map((from, i) => arp(i, { from, ip: '192.0.2.7' }));

testRule(arpDuplicateIp, [
  {
    name: 'two machines take turns to claim it',
    packets: claims(ONE, OTHER, ONE, OTHER),
    finds: ['warning'],
    metrics: { mac: ONE, other_mac: OTHER },
  },
  {
    name: 'both answer one question',
    packets: [
      arp(0, { ip: '192.0.2.1', asks: '192.0.2.7' }),
      arp(0.001, { from: ONE, ip: '192.0.2.7' }),
      arp(0.002, { from: OTHER, ip: '192.0.2.7' }),
    ],
    finds: ['warning'],
  },
  {
    name: 'it is the gateway',
    packets: claims(ONE, OTHER, ONE),
    options: { context: { gateways: ['192.0.2.7'] } },
    finds: ['critical'],
  },
  { name: 'a failover: the first is silent then', packets: claims(ONE, ONE, OTHER, OTHER), finds: [] },
  { name: 'a virtual router', packets: claims(ONE, '00:00:5e:00:01:07', ONE), finds: [] },
  { name: 'one machine', packets: claims(ONE, ONE, ONE), finds: [] },
]);

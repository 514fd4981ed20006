import { testRule } from '../../../../test/support/detect';
import { arp } from '../../../../test/support/made-packets';
import { together } from '../../../../test/support/talk';
import { arpSpoofingSuspected } from './arp-spoofing-suspected';

const EVIL = '02:00:00:00:00:66';
const OWNER = '02:00:00:00:00:fe';
const gateway = { context: { gateways: ['192.0.2.254'] } };
const unasked = (times: number) => Array.from({ length: times }, (_, i) => arp(2 + i * 2, { from: EVIL, ip: '192.0.2.254' }));
const owner = [arp(0, { from: OWNER, ip: '192.0.2.254' }), arp(20, { from: OWNER, ip: '192.0.2.254' })];

testRule(arpSpoofingSuspected, [
  {
    name: 'four unasked replies for the gateway',
    packets: together(owner, unasked(4)),
    options: gateway,
    finds: ['critical'],
    metrics: { mac: EVIL, kind: 'gateway' },
  },
  { name: 'one reply for the gateway', packets: together(owner, unasked(1)), options: gateway, finds: [] },
  {
    name: 'replies for many addresses of others',
    packets: together(
      [arp(0, { from: OWNER, ip: '192.0.2.10' })],
      [10, 11, 12, 13, 14].map(last => arp(last / 10, { from: EVIL, ip: `192.0.2.${last}` })),
    ),
    finds: ['critical'],
    metrics: { kind: 'many' },
  },
  {
    name: 'replies that were asked for',
    packets: together(
      owner,
      [0, 1, 2, 3].flatMap(i => [
        arp(2 + i, { ip: '192.0.2.1', asks: '192.0.2.254' }),
        arp(2.1 + i, { from: OWNER, ip: '192.0.2.254' }),
      ]),
    ),
    options: gateway,
    finds: [],
  },
]);

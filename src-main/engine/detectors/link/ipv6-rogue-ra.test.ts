import { testRule } from '../../../../test/support/detect';
import { routerAdvertisement } from '../../../../test/support/made-packets';
import { ipv6RogueRa } from './ipv6-rogue-ra';

testRule(ipv6RogueRa, [
  {
    name: 'a second router with high preference',
    packets: [routerAdvertisement(0), routerAdvertisement(5, { router: 'fe80::66', preference: 1 })],
    finds: ['critical'],
    metrics: { kind: 'preference' },
  },
  {
    name: 'connection sharing',
    packets: [routerAdvertisement(0), routerAdvertisement(5, { router: 'fe80::66', prefix: '2002:c000:201::' })],
    finds: ['critical'],
    metrics: { kind: 'shared' },
  },
  {
    name: 'somebody else announces its end',
    packets: [routerAdvertisement(0), routerAdvertisement(5, { lifetime: 0, mac: '02:00:00:00:00:66' }), routerAdvertisement(9)],
    finds: ['critical'],
    metrics: { kind: 'killed' },
  },
  { name: 'a router that goes', packets: [routerAdvertisement(0), routerAdvertisement(5, { lifetime: 0 })], finds: [] },
  { name: 'a unique local prefix of the only router', packets: [routerAdvertisement(0, { prefix: 'fd00:1::' })], finds: [] },
]);

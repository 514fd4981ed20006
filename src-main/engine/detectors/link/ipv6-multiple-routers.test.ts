import { testRule } from '../../../../test/support/detect';
import { routerAdvertisement } from '../../../../test/support/made-packets';
import { ipv6MultipleRouters } from './ipv6-multiple-routers';

testRule(ipv6MultipleRouters, [
  {
    name: 'two prefixes',
    packets: [routerAdvertisement(0), routerAdvertisement(1, { router: 'fe80::2', prefix: '2001:db8:2::' })],
    finds: ['notice'],
  },
  { name: 'a redundant pair', packets: [routerAdvertisement(0), routerAdvertisement(1, { router: 'fe80::2' })], finds: [] },
  { name: 'one router', packets: [routerAdvertisement(0), routerAdvertisement(200)], finds: [] },
]);

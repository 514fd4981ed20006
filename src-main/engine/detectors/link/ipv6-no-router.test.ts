import { testRule } from '../../../../test/support/detect';
import { later, neighbour, routerAdvertisement } from '../../../../test/support/made-packets';
import { be32, bytes } from '../../../../test/support/packet-bytes';
import { T0, Talk, together } from '../../../../test/support/talk';
import { ipv6NoRouter } from './ipv6-no-router';

const asks = (times: number) =>
  Array.from({ length: times }, (_, i) => neighbour(i * 4, 'fe80::5', 'ff02::2', 133, bytes(be32(0))));

testRule(ipv6NoRouter, [
  { name: 'three solicitations, no router', packets: [...asks(3), later(20)], finds: ['info'] },
  {
    name: 'and IPv6 is tried',
    packets: together(
      asks(3),
      new Talk({ client: { ip: '2001:db8::5', port: 40_000 }, server: { ip: '2001:db8:9::1', port: 80 }, at: T0 + 13 }).c('S')
        .packets,
      [later(20)],
    ),
    finds: ['warning'],
  },
  { name: 'a router is there', packets: together(asks(3), [routerAdvertisement(9), later(20)]), finds: [] },
  { name: 'two solicitations', packets: [...asks(2), later(20)], finds: [] },
]);

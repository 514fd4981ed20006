import { testRule } from '../../../../test/support/detect';
import { dhcp } from '../../../../test/support/made-packets';
import { dhcpRogueServer } from './dhcp-rogue-server';

const offers = (...servers: [string, string][]) => [
  dhcp(0, { type: 1 }),
  ...servers.map(([server, router], i) => dhcp(0.1 + i / 10, { type: 2, server, router, yours: '192.0.2.50' })),
];

testRule(dhcpRogueServer, [
  {
    name: 'another gateway',
    packets: offers(['192.0.2.254', '192.0.2.254'], ['192.0.2.66', '192.0.2.66']),
    finds: ['critical'],
    metrics: { differ: true },
  },
  {
    name: 'a redundant pair',
    packets: offers(['192.0.2.253', '192.0.2.254'], ['192.0.2.252', '192.0.2.254']),
    finds: ['notice'],
  },
  {
    name: 'not on the list',
    packets: offers(['192.0.2.66', '192.0.2.66']),
    options: { context: { dhcpServers: ['192.0.2.254'] } },
    finds: ['critical'],
  },
  { name: 'one server', packets: offers(['192.0.2.254', '192.0.2.254']), finds: [] },
  {
    name: 'servers of two networks',
    packets: [
      ...offers(['192.0.2.254', '192.0.2.254']),
      dhcp(5, { type: 1, mac: '02:00:00:00:00:22', transaction: 9 }),
      dhcp(5.1, { type: 2, mac: '02:00:00:00:00:22', transaction: 9, server: '198.51.100.1', router: '198.51.100.1' }),
    ],
    finds: [],
  },
]);

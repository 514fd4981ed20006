import { testRule } from '../../../../test/support/detect';
import { answer, CLIENT, later, query, RESOLVER } from '../../../../test/support/made-packets';
import { T0, Talk } from '../../../../test/support/talk';
import { dnsTcpBlocked } from './dns-tcp-blocked';

const cut = [query(0), answer(0.01, { truncated: true })];
const knock = () => new Talk({ client: { ip: CLIENT.ip, port: 50_001 }, server: RESOLVER, at: T0 + 0.05 }).c('S');

testRule(dnsTcpBlocked, [
  { name: 'TCP is refused', packets: [...cut, ...knock().s('RA', { ack: 1_001 }).packets], finds: ['critical'] },
  { name: 'TCP is not answered', packets: [...cut, ...knock().packets, later(9)], finds: ['critical'] },
  {
    name: 'TCP works',
    packets: [
      ...cut,
      ...new Talk({ client: { ip: CLIENT.ip, port: 50_001 }, server: RESOLVER, at: T0 + 0.05 }).open().packets,
      later(9),
    ],
    finds: [],
  },
  { name: 'the capture ends before an answer could come', packets: [...cut, ...knock().packets, later(1)], finds: [] },
]);

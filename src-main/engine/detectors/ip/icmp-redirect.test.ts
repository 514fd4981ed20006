import { testRule } from '../../../../test/support/detect';
import { icmp, query, quoteOf } from '../../../../test/support/made-packets';
import { icmpRedirect } from './icmp-redirect';

const data = query(0);
const redirect = (from: string, gateway: string) =>
  icmp(
    0.01,
    from,
    '192.0.2.1',
    5,
    1,
    gateway.split('.').reduce((sum, part) => sum * 256 + Number(part), 0),
    quoteOf(data),
  );

testRule(icmpRedirect, [
  {
    name: 'another router of the subnet',
    packets: [data, redirect('192.0.2.254', '192.0.2.253')],
    finds: ['notice'],
    metrics: { gateway: '192.0.2.253' },
  },
  { name: 'a gateway outside', packets: [data, redirect('192.0.2.254', '203.0.113.5')], finds: ['warning'] },
  {
    name: 'from somebody who is not the gateway',
    packets: [data, redirect('192.0.2.66', '192.0.2.253')],
    options: { context: { gateways: ['192.0.2.254'] } },
    finds: ['warning'],
  },
  { name: 'another error', packets: [data, icmp(0.01, '192.0.2.254', '192.0.2.1', 3, 1, 0, quoteOf(data))], finds: [] },
]);

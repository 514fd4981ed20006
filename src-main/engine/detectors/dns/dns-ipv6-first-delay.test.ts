import { testRule } from '../../../../test/support/detect';
import { answer, CLIENT, query } from '../../../../test/support/made-packets';
import { T0, Talk } from '../../../../test/support/talk';
import { dnsIpv6FirstDelay } from './dns-ipv6-first-delay';

const names = (aaaa: boolean, wait: number) => [
  query(0, { id: 1 }),
  query(0.001, { id: 2, type: 'AAAA' }),
  answer(0.01, { id: 1, answers: ['192.0.2.80'] }),
  ...(aaaa ? [answer(0.02, { id: 2, type: 'AAAA' })] : []),
  ...new Talk({ client: { ip: CLIENT.ip, port: 50_009 }, server: { ip: '192.0.2.80', port: 80 }, at: T0 + wait }).open().packets,
];

testRule(dnsIpv6FirstDelay, [
  { name: 'the client waits five seconds for AAAA', packets: names(false, 5), finds: ['warning'] },
  { name: 'the client does not wait', packets: names(false, 0.2), finds: [] },
  { name: 'AAAA is answered, too', packets: names(true, 5), finds: [] },
]);

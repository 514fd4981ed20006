import { testRule } from '../../../../test/support/detect';
import { answer, query } from '../../../../test/support/made-packets';
import { dnsPrivateAnswer } from './dns-private-answer';

const said = (name: string, address: string, server = '198.51.100.53') => [
  query(0, { name, server: { ip: server, port: 53 } }),
  answer(0.01, { name, answers: [address], server: { ip: server, port: 53 } }),
];

testRule(dnsPrivateAnswer, [
  { name: 'a public server names a private address', packets: said('www.example.org', '10.1.2.3'), finds: ['notice'] },
  { name: 'a private server does', packets: said('www.example.org', '10.1.2.3', '10.0.0.53'), finds: [] },
  { name: 'a name of a local network', packets: said('printer.lan', '10.1.2.3'), finds: [] },
  { name: 'a public address', packets: said('www.example.org', '198.51.100.7'), finds: [] },
]);

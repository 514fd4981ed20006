import { testRule } from '../../../../test/support/detect';
import { answer, CLIENT, dnsMessage, later, query, RESOLVER } from '../../../../test/support/made-packets';
import { sized16 } from '../../../../test/support/packet-bytes';
import { T0, Talk } from '../../../../test/support/talk';
import { dnsTruncated } from './dns-truncated';

const cut = [query(0), answer(0.01, { truncated: true })];
const overTcp = () => {
  const talk = new Talk({ client: { ip: CLIENT.ip, port: 50_001 }, server: RESOLVER, at: T0 + 0.05 }).open();
  return talk
    .c('PA', { data: sized16(dnsMessage(false, {})) })
    .s('PA', { data: sized16(dnsMessage(true, { answers: ['192.0.2.80'] })) })
    .c('A').packets;
};

testRule(dnsTruncated, [
  { name: 'nobody asks again', packets: [...cut, later(9)], finds: ['notice'] },
  { name: 'fetched over TCP', packets: [...cut, ...overTcp(), later(9)], finds: ['info'] },
  { name: 'the client may still ask again', packets: [...cut, later(2)], finds: [] },
  { name: 'a whole answer', packets: [query(0), answer(0.01, { answers: ['192.0.2.80'] }), later(9)], finds: [] },
]);

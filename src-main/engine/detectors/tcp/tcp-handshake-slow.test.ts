import { testRule } from '../../../../test/support/detect';
import { Talk, together } from '../../../../test/support/talk';
import { tcpHandshakeSlow } from './tcp-handshake-slow';

const to = (last: number, rtt: number) =>
  new Talk({ server: { ip: `198.51.100.${last}`, port: 443 }, client: { ip: '192.0.2.1', port: 41_000 + last } })
    .open({ rtt })
    .data(0).packets;

testRule(tcpHandshakeSlow, [
  { name: 'a round trip of 400 ms', packets: new Talk().open({ rtt: 0.4 }).packets, finds: ['notice'] },
  { name: 'a round trip of 1.5 s', packets: new Talk().open({ rtt: 1.5 }).packets, finds: ['warning'] },
  {
    name: 'much slower than its neighbours',
    packets: together(to(1, 0.02), to(2, 0.02), to(3, 0.02), to(4, 0.2)),
    finds: ['notice'],
    metrics: { usual_ms: 20.1 },
  },
  { name: 'a round trip of 200 ms where nothing is known', packets: new Talk().open({ rtt: 0.2 }).packets, finds: [] },
  {
    name: 'slow because the SYN was lost',
    packets: new Talk().c('S', { seq: 1_000 }).c('S', { after: 1 }).s('SA').c('A').packets,
    finds: [],
  },
]);

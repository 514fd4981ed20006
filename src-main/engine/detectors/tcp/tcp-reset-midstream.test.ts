import { testRule } from '../../../../test/support/detect';
import { T0, Talk, together } from '../../../../test/support/talk';
import { tcpResetMidstream } from './tcp-reset-midstream';

const request = () => new Talk().open().c('PA', { data: 'GET / HTTP/1.1\r\n\r\n' }).s('A');

testRule(tcpResetMidstream, [
  {
    name: 'the server resets instead of answering',
    packets: request().s('R').packets,
    finds: ['warning'],
    metrics: { by: 'responder', unanswered: true },
  },
  {
    name: 'after 60 s of silence',
    packets: request().s('R', { after: 60 }).packets,
    finds: ['warning'],
    metrics: { round_idle_s: 60 },
  },
  {
    name: 'with a TTL that is not that of the server, and the server goes on',
    packets: request().s('R', { ttl: 241 }).s('PA', { data: 300 }).packets,
    finds: ['warning'],
    metrics: { by: 'injected' },
  },
  {
    name: 'the client aborts after the answer',
    packets: request().s('PA', { data: 900 }).c('A').c('R').packets,
    finds: ['notice'],
    metrics: { by: 'initiator' },
  },
  {
    name: 'three servers resets',
    packets: together(
      ...[1, 2, 3].map(n => {
        const talk = new Talk({ client: { ip: '192.0.2.1', port: 40_000 + n }, at: T0 + n });
        return talk.open().c('PA', { data: 99 }).s('A').s('R').packets;
      }),
    ),
    finds: ['critical', 'critical', 'critical'],
  },
  { name: 'a RST after both closed', packets: request().s('PA', { data: 90 }).close().s('R').packets, finds: [] },
  {
    name: 'a RST behind the FIN of the same end',
    packets: request().s('PA', { data: 90 }).c('A').c('FA').c('R').packets,
    finds: [],
  },
  { name: 'a refused attempt', packets: new Talk().c('S').s('RA', { ack: 1_001 }).packets, finds: [] },
]);

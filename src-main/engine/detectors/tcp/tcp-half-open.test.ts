import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpHalfOpen } from './tcp-half-open';

testRule(tcpHalfOpen, [
  {
    name: 'a host that does not know the connection',
    packets: new Talk().c('PA', { data: 60, ack: 9_000 }).s('R', { seq: 9_000 }).packets,
    finds: ['warning'],
  },
  {
    name: 'a SYN that meets an old connection',
    packets: new Talk().c('S').s('A', { ack: 77 }).c('R', { seq: 77 }).packets,
    finds: ['warning'],
    metrics: { challenged: true },
  },
  { name: 'a connection that both know', packets: new Talk().open().data(0).s('R').packets, finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { healthy, Talk } from '../../../../test/support/talk';
import { tcpSynRetransmission } from './tcp-syn-retransmission';

const opened = (gap: number) =>
  new Talk()
    .c('S', { lost: false, seq: 1_000 })
    .c('S', { seq: 1_000, after: gap })
    .c('S', { lost: true, after: 0 })
    .s('SA', { seq: 500_000 })
    .s('SA', { lost: true, after: 0 })
    .c('A');

testRule(tcpSynRetransmission, [
  { name: 'the SYN needed a second try', packets: opened(1).packets, finds: ['warning'] },
  { name: 'copies of one SYN within a millisecond', packets: opened(0.0005).packets, finds: [] },
  {
    name: 'a handshake that was never finished',
    packets: new Talk().c('S', { seq: 1_000 }).c('S', { seq: 1_000, after: 1 }).packets,
    finds: [],
  },
  { name: 'a handshake at once', packets: healthy(), finds: [] },
]);

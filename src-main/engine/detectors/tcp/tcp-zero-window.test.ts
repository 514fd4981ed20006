import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpZeroWindow } from './tcp-zero-window';

const closed = (seconds: number, reopens = true) => {
  const talk = new Talk().open().data(1, 3).c('A', { window: 0 });
  if (reopens) return talk.c('A', { after: seconds }).data(1, 2).packets;
  return talk.silence(seconds).packets;
};

testRule(tcpZeroWindow, [
  { name: 'closed for 50 ms', packets: closed(0.05), finds: ['notice'] },
  { name: 'closed for a second', packets: closed(1), finds: ['warning'], metrics: { total_ms: 1_000, reopened: true } },
  { name: 'closed for six seconds', packets: closed(6), finds: ['critical'] },
  { name: 'never opened again', packets: closed(2, false), finds: ['critical'], metrics: { reopened: false } },
  { name: 'a RST with window 0', packets: new Talk().open().data(1, 2).c('R', { window: 0 }).silence(3).packets, finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpLowThroughputCause } from './tcp-low-throughput-cause';

/** 1.2 MB whose ACKs come after 20 ms; then the window is full or the sender has a pause. */
const transfer = (window: number, pause: number) => {
  const talk = new Talk().open({ rtt: 0.02, client: { scale: null }, server: { scale: null } });
  talk.c('A', { window });
  const flight = Math.floor(window / 1_448);
  for (let sent = 0; sent < 830; sent += flight) {
    for (let i = 0; i < flight; i++) talk.s('PA', { data: 1_448, after: i === 0 ? pause : 0.00001 });
    talk.c('A', { window, after: 0.02 });
  }
  return talk.packets;
};

testRule(tcpLowThroughputCause, [
  { name: 'a window of 16 flights limits', packets: transfer(14_480, 0.0001), finds: ['info'], metrics: { cause: 'window' } },
  { name: 'the sender pauses', packets: transfer(60_000, 0.2), finds: ['info'], metrics: { cause: 'application' } },
  { name: 'a small transfer is not judged', packets: new Talk().open().data(1, 50).packets, finds: [] },
]);

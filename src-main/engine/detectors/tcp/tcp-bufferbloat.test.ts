import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpBufferbloat } from './tcp-bufferbloat';

/** The more is on the way, the later the ACKs. */
const filling = (worst: number) => {
  const talk = new Talk().open({ rtt: 0.01 });
  talk.data(1, 60);
  for (let round = 0; round < 60; round++) {
    const flight = 2 + (round % 10) * 3;
    for (let i = 0; i < flight; i++) talk.s('PA', { data: 1_448, after: 0.0001 });
    talk.c('A', { after: 0.01 + (worst * (round % 10)) / 9 });
  }
  return talk.packets;
};

testRule(tcpBufferbloat, [
  { name: 'round trips from 10 to 300 ms with the bytes in flight', packets: filling(0.3), finds: ['warning'] },
  { name: 'round trips that stay', packets: filling(0.01), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpSlowStartStall } from './tcp-slow-start-stall';

const bursts = (count: number, rtt: number) => {
  const talk = new Talk().open({ rtt });
  for (let burst = 0; burst < count; burst++) {
    talk.wait(3);
    for (let i = 0; i < 8; i++) talk.s('PA', { data: 1_448, after: 0 });
    talk.c('A', { after: 0.01 });
    for (let i = 0; i < 30; i++) talk.s('PA', { data: 1_448, after: i === 0 ? rtt : 0 });
    talk.c('A', { after: 0.01 });
  }
  return talk.packets;
};

testRule(tcpSlowStartStall, [
  { name: 'five bursts after pauses, 50 ms away', packets: bursts(5, 0.05), finds: ['notice'] },
  { name: 'the same on a local network', packets: bursts(5, 0.001), finds: [] },
  { name: 'two bursts', packets: bursts(2, 0.05), finds: [] },
]);

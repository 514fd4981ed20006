import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpDelayedAckNagle } from './tcp-delayed-ack-nagle';

const requests = (count: number, wait: number) => {
  const talk = new Talk().open({ rtt: 0.002 });
  for (let i = 0; i < count; i++) {
    talk
      .c('PA', { data: 20, after: 0.01 })
      .s('A', { after: wait })
      .c('PA', { data: 30, after: 0.0002 })
      .s('PA', { data: 100, after: 0.002 })
      .c('A', { after: 0.0001 });
  }
  return talk.packets;
};

testRule(tcpDelayedAckNagle, [
  { name: 'six requests in two writes each', packets: requests(6, 0.04), finds: ['warning'], metrics: { times: 6 } },
  { name: 'ACKs at once', packets: requests(6, 0.002), finds: [] },
  { name: 'three only', packets: requests(3, 0.04), finds: [] },
]);

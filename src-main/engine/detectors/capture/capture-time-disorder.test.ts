import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { captureTimeDisorder } from './capture-time-disorder';

const back = (steps: number, by: number) => {
  const packets = new Talk().open().data(1, 100).packets;
  return packets.map((one, i) => (i % 10 === 5 && i < steps * 10 ? { ...one, at: one.at - by } : one));
};

testRule(captureTimeDisorder, [
  { name: 'one packet 50 ms early', packets: back(1, 0.05), finds: ['notice'] },
  { name: 'a tenth of all', packets: back(20, 0.05), finds: ['warning'] },
  { name: 'a step of half a millisecond', packets: back(1, 0.0015), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { mtuBlackhole } from './mtu-blackhole';

const hole = (times: number, size: number, passes = false) => {
  const talk = new Talk().open().c('PA', { data: 200 }).s('A').s('PA', { data: 100 }).c('A');
  if (passes) talk.data(0, 2, size);
  talk.c('PA', { data: size, dropped: true });
  for (let i = 0; i < times; i++) talk.again(0, size, { dropped: true, after: 0.3 * 2 ** i });
  return talk.packets;
};

testRule(mtuBlackhole, [
  {
    name: 'a full segment three times in vain, small ones pass',
    packets: hole(3, 1_448),
    finds: ['critical'],
    metrics: { largest_passed_bytes: 200, smallest_lost_bytes: 1_448 },
  },
  { name: 'segments of that size have passed before: it is loss', packets: hole(3, 1_448, true), finds: [] },
  { name: 'a small segment in vain', packets: hole(3, 300), finds: [] },
  { name: 'once only', packets: hole(1, 1_448), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpWindowFull } from './tcp-window-full';

const full = (times: number, seen = true) => {
  const talk = new Talk();
  if (seen) talk.open({ client: { scale: null }, server: { scale: null } });
  for (let i = 0; i < times; i++) talk.s('PA', { data: 1_000 }).s('PA', { data: 1_000 }).c('A', { window: 2_000 });
  return talk.packets;
};

testRule(tcpWindowFull, [
  { name: 'the window is used up again and again', packets: full(6), finds: ['notice'] },
  { name: 'twice only', packets: full(3), finds: [] },
  { name: 'without a handshake the scale is not known', packets: full(6, false), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { T0, Talk } from '../../../../test/support/talk';
import { synFloodSuspected } from './syn-flood-suspected';

const flood = (perSecond: number, seconds: number, complete = false) =>
  Array.from({ length: perSecond * seconds }, (_, i) => {
    const talk = new Talk({
      client: { ip: `10.${i % 200}.${(i >> 8) & 255}.${i & 255}`, port: 1_024 + i },
      server: { ip: '192.0.2.2', port: 443 },
      at: T0 + i / perSecond,
    });
    return complete ? talk.open({ rtt: 0.0001 }).packets : talk.c('S').packets;
  }).flat();

testRule(synFloodSuspected, [
  { name: '300 SYNs a second, none completed', packets: flood(300, 5), finds: ['critical'] },
  { name: 'a busy server', packets: flood(300, 5, true), finds: [] },
  { name: 'ten SYNs a second', packets: flood(10, 5), finds: [] },
]);

import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { captureDuplicates } from './capture-duplicates';

const talk = () => new Talk().open().data(1, 30).packets;
const twice = (ttl: number) =>
  talk().flatMap(one => {
    const frame = one.frame.slice();
    frame[22] = (frame[22] ?? 0) - ttl;
    return [one, { at: one.at + 0.0001, frame }];
  });

testRule(captureDuplicates, [
  { name: 'every packet twice', packets: twice(0), finds: ['warning'] },
  { name: 'before and after a router', packets: twice(1), finds: ['warning'] },
  { name: 'every packet once', packets: talk(), finds: [] },
  { name: 'sent again after 200 ms', packets: new Talk().open().data(1, 10).again(1, 1_448, { after: 0.2 }).packets, finds: [] },
]);

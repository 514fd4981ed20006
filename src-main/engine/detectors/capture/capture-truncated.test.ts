import { testRule } from '../../../../test/support/detect';
import { healthy } from '../../../../test/support/talk';
import { captureTruncated } from './capture-truncated';

const cut = () => healthy().map(one => ({ ...one, length: one.frame.length, frame: one.frame.subarray(0, 54) }));

testRule(captureTruncated, [
  { name: 'packets cut by the snap length', packets: cut(), finds: ['info'] },
  {
    name: 'a file that ends in the middle',
    packets: healthy(),
    options: { damage: 'The file is cut short in the middle of a packet.' },
    finds: ['notice'],
  },
  { name: 'whole packets', packets: healthy(), finds: [] },
]);

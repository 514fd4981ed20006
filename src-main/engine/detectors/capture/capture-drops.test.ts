import { testRule } from '../../../../test/support/detect';
import { healthy, Talk } from '../../../../test/support/talk';
import { captureDrops } from './capture-drops';

testRule(captureDrops, [
  {
    name: 'the kernel dropped one in a hundred',
    packets: healthy(),
    options: { dropped: { kernel: 1, interface: 0, received: 99 } },
    finds: ['critical'],
  },
  {
    name: 'a few of many',
    packets: new Talk().open().data(1, 300).packets,
    options: { dropped: { kernel: 2, interface: null, received: 600 } },
    finds: ['warning'],
    metrics: { dropped: 2 },
  },
  { name: 'nothing was lost', packets: healthy(), options: { dropped: { kernel: 0, interface: 0, received: 10 } }, finds: [] },
  { name: 'nobody counted', packets: healthy(), finds: [] },
]);

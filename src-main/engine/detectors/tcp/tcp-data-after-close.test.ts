import { testRule } from '../../../../test/support/detect';
import { healthy, Talk } from '../../../../test/support/talk';
import { tcpDataAfterClose } from './tcp-data-after-close';

testRule(tcpDataAfterClose, [
  {
    name: 'the answer comes when the client has gone',
    packets: new Talk().open().data(0).c('FA').s('A').s('PA', { data: 500, after: 2 }).c('R').packets,
    finds: ['notice'],
  },
  {
    name: 'the client resets without data coming',
    packets: new Talk().open().data(0).data(1).c('FA').s('A').c('R').packets,
    finds: [],
  },
  { name: 'a normal close', packets: healthy(), finds: [] },
]);

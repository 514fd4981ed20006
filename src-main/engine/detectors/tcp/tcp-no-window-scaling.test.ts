import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpNoWindowScaling } from './tcp-no-window-scaling';

testRule(tcpNoWindowScaling, [
  {
    name: 'the server does not scale',
    packets: new Talk().open({ server: { scale: null } }).data(1).packets,
    finds: ['notice'],
    metrics: { scaling_refused: true },
  },
  {
    name: 'the server does not take SACK',
    packets: new Talk().open({ server: { sack: false } }).data(1).packets,
    finds: ['notice'],
    metrics: { sack_refused: true },
  },
  { name: 'both scale', packets: new Talk().open().data(1).packets, finds: [] },
  {
    name: 'neither offers it',
    packets: new Talk().open({ client: { scale: null, sack: false }, server: { scale: null, sack: false } }).packets,
    finds: [],
  },
]);

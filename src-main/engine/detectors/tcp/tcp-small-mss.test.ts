import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpSmallMss } from './tcp-small-mss';

testRule(tcpSmallMss, [
  { name: 'an MSS of 400 bytes', packets: new Talk().open({ server: { mss: 400 } }).packets, finds: ['warning'] },
  { name: 'no MSS at all', packets: new Talk().open({ server: { mss: 0 } }).packets, finds: ['notice'] },
  { name: 'a server clamped by a tunnel', packets: new Talk().open({ server: { mss: 1_300 } }).packets, finds: ['notice'] },
  { name: 'PPPoE on one side', packets: new Talk().open({ server: { mss: 1_452 } }).packets, finds: [] },
]);

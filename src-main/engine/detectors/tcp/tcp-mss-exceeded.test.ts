import { testRule } from '../../../../test/support/detect';
import { Talk } from '../../../../test/support/talk';
import { tcpMssExceeded } from './tcp-mss-exceeded';

const sending = (mss: number, size: number) => new Talk().open({ client: { mss } }).data(1, 3, size).packets;

testRule(tcpMssExceeded, [
  {
    name: 'segments of 1,400 bytes where 1,300 are allowed',
    packets: sending(1_300, 1_400),
    finds: ['notice'],
    metrics: { mss: 1_300, segment_bytes: 1_400 },
  },
  { name: 'segments that fit', packets: sending(1_460, 1_448), finds: [] },
  { name: 'joined by a network card', packets: sending(1_460, 8_000), finds: [] },
]);

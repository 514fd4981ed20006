import { testRule } from '../../../../test/support/detect';
import { be16, be32, bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { rtpLoss } from './rtp-loss';

const sdp = 'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 40000 RTP/AVP 0\r\n';
const invite: Captured = {
  at: T0 - 1,
  frame: udp(
    { ip: '192.0.2.1', port: 5_060 },
    { ip: '198.51.100.9', port: 5_060 },
    bytes(`INVITE sip:b@x SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`),
  ),
};
const call = (numbers: readonly number[]): Captured[] =>
  numbers.map(number => ({
    at: T0 + number * 0.02,
    frame: udp(
      { ip: '192.0.2.1', port: 40_000 },
      { ip: '198.51.100.9', port: 40_002 },
      bytes(0x80, 0, be16(number), be32(number * 160), be32(0xabcd), new Uint8Array(160)),
    ),
  }));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

testRule(rtpLoss, [
  { name: 'five in a hundred are missing', packets: [invite, ...call(upTo(400).filter(n => n % 20 !== 0))], finds: ['warning'] },
  { name: 'four of four hundred', packets: [invite, ...call(upTo(400).filter(n => n % 100 !== 50))], finds: ['notice'] },
  { name: 'all are there', packets: [invite, ...call(upTo(400))], finds: [] },
]);

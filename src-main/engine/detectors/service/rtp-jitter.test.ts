import { testRule } from '../../../../test/support/detect';
import { be16, be32, bytes, type Captured, udp } from '../../../../test/support/packet-bytes';
import { T0 } from '../../../../test/support/talk';
import { rtpJitter } from './rtp-jitter';

const sdp = 'v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 40000 RTP/AVP 0\r\n';
const invite: Captured = {
  at: T0 - 1,
  frame: udp(
    { ip: '192.0.2.1', port: 5_060 },
    { ip: '198.51.100.9', port: 5_060 },
    bytes(`INVITE sip:b@x SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`),
  ),
};
const call = (late: number): Captured[] =>
  Array.from({ length: 400 }, (_, i) => ({
    at: T0 + i * 0.02 + (i % 2) * late,
    frame: udp(
      { ip: '192.0.2.1', port: 40_000 },
      { ip: '198.51.100.9', port: 40_002 },
      bytes(0x80, 0, be16(i + 1), be32(i * 160), be32(0xabcd), new Uint8Array(160)),
    ),
  })).sort((one, other) => one.at - other.at);

testRule(rtpJitter, [
  { name: 'every second packet comes 45 ms late', packets: [invite, ...call(0.045)], finds: ['notice'] },
  { name: '90 ms late', packets: [invite, ...call(0.09)], finds: ['warning'] },
  { name: '3 ms late', packets: [invite, ...call(0.003)], finds: [] },
]);

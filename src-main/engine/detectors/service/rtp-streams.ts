import type { CaptureFacts } from '../facts';
import type { RtpFacts } from '../row-facts';

export function rtpFlow({ between }: CaptureFacts, { source, source_port, destination, destination_port, time }: RtpFacts) {
  return between('udp', source, source_port, destination, destination_port, time);
}

export function rtpEvidence({ first_frame, last_frame, time, last_time, ssrc }: RtpFacts) {
  const fields = { 'rtp.ssrc': `0x${ssrc.toString(16).padStart(8, '0')}` };
  return [
    { packet: first_frame, ts: time, role: 'first', fields },
    { packet: last_frame, ts: last_time, role: 'last', fields },
  ];
}

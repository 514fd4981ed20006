import type { CaptureFacts } from '../facts';
import type { RtpFacts } from '../row-facts';
import { at } from '../words';

/** Streams of fewer packets say nothing about a call. */
export const RTP_MIN_PACKETS = 100;

/** What a finding about a stream says of the stream itself. */
export function rtpStream({ flow }: CaptureFacts, row: RtpFacts) {
  const { source, source_port, destination, destination_port, time, last_time, ssrc } = row;
  const fields = { 'rtp.ssrc': `0x${ssrc.toString(16).padStart(8, '0')}` };
  return {
    flow: flow(row.stream),
    about: `${source} ${source_port} ${ssrc}`,
    firstTs: time,
    lastTs: last_time,
    evidence: [
      { packet: row.first_frame, ts: time, role: 'first', fields },
      { packet: row.last_frame, ts: last_time, role: 'last', fields },
    ],
    ends: { sender: at(source, source_port), receiver: at(destination, destination_port) },
  };
}

import type { PacketLine } from '@shared/model/capture';
import type { CaptureAnalysis } from './analysis';
import { ACK, ANALYSIS, FIN, PSH, RST, SYN } from './tcp-side';

/** Names of tcp.analysis fields, in the order Wireshark lists them. */
const NOTES: readonly (readonly [number, string])[] = [
  [ANALYSIS.fastRetransmission, 'fast_retransmission'],
  [ANALYSIS.spuriousRetransmission, 'spurious_retransmission'],
  [ANALYSIS.retransmission, 'retransmission'],
  [ANALYSIS.outOfOrder, 'out_of_order'],
  [ANALYSIS.lostSegment, 'lost_segment'],
  [ANALYSIS.ackLostSegment, 'ack_lost_segment'],
  [ANALYSIS.duplicateAck, 'duplicate_ack'],
  [ANALYSIS.zeroWindow, 'zero_window'],
  [ANALYSIS.zeroWindowProbe, 'zero_window_probe'],
  [ANALYSIS.zeroWindowProbeAck, 'zero_window_probe_ack'],
  [ANALYSIS.windowFull, 'window_full'],
  [ANALYSIS.windowUpdate, 'window_update'],
  [ANALYSIS.keepAlive, 'keep_alive'],
  [ANALYSIS.keepAliveAck, 'keep_alive_ack'],
  [ANALYSIS.reusedPorts, 'reused_ports'],
];

/** The kept packets of one flow as lines, oldest first. */
export function packetLines({ log, firstTime }: CaptureAnalysis, flow: number): PacketLine[] {
  const lines: PacketLine[] = [];
  for (const { frame, time, from, flags, seq, ack, length, window, analysis, isTcp } of log.of(flow)) {
    const notes = NOTES.filter(([bit]) => (analysis & bit) !== 0).map(([, name]) => name);
    const hasAck = (flags & ACK) !== 0;
    const letters = isTcp ? flagLetters(flags) : '';
    const numbers = isTcp ? `seq=${seq}${hasAck ? ` ack=${ack}` : ''} win=${window} len=${length}` : `len=${length}`;
    lines.push({
      packet: frame,
      time_ms: Math.round((time - firstTime) / 1e3) / 1e3,
      from: from === 0 ? 'a' : 'b',
      flags: letters,
      seq: isTcp ? seq : null,
      ack: isTcp && hasAck ? ack : null,
      length,
      window: isTcp ? window : null,
      notes,
      text: [from === 0 ? 'a → b' : 'b → a', letters && `[${letters}]`, numbers, notes.length > 0 ? `(${notes.join(', ')})` : '']
        .filter(Boolean)
        .join(' '),
    });
  }
  return lines;
}

const LETTERS = [
  [SYN, 'S'],
  [FIN, 'F'],
  [RST, 'R'],
  [PSH, 'P'],
  [ACK, 'A'],
] as const;

function flagLetters(flags: number): string {
  return LETTERS.map(([bit, letter]) => ((flags & bit) !== 0 ? letter : '')).join('');
}

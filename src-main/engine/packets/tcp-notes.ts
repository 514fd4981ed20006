import type { TcpFlow } from './flows';
import { type Mark, withMark } from './marks';
import type { Segment } from './tcp-analysis';
import { ANALYSIS, FIN, FlagCounts, NO_FLAGS, RST, SYN } from './tcp-side';
import type { NetworkFacts } from './track/side-track';
import { TcpTrack } from './track/tcp-track';

/** A packet that shows something, as evidence of a finding. */
export interface Sighting {
  frame: number;
  /** ns since the base of the capture. */
  time: number;
  from: 0 | 1;
  /** Relative. */
  seq: number;
  length: number;
  /** What makes it worse: ns since the segment was sent first; number of the duplicate. 0 where nothing does. */
  value: number;
  /** The packet it repeats or answers; 0 when there is none. */
  other: number;
}

/** What of one kind was seen in a flow: all counted, the first few, the worst and the last kept. */
export interface Note {
  count: number;
  readonly first: Sighting[];
  worst: Sighting;
  last: Sighting;
}

const KEPT_FIRST = 5;

/** Keeps a SYN, FIN or RST of a flow; a flood of them only counts. */
export function noteMark(flow: TcpFlow, mark: Mark): void {
  const { flags } = mark;
  const side = flow.sides[mark.from];
  if ((flags & FIN) !== 0) side.fins++;
  if ((flags & RST) !== 0) side.resets++;
  flow.marks = withMark(flow.marks, mark);
  if ((flags & SYN) !== 0 && (flags & (FIN | RST)) === 0) side.syns++;
}

/** Window updates and answers to probes are no trouble: they leave no evidence. */
const NOTED = ~(ANALYSIS.windowUpdate | ANALYSIS.keepAliveAck | ANALYSIS.zeroWindowProbeAck);

/** Counts what the analysis found and keeps some of it as evidence. */
export function noteAnalysis(flow: TcpFlow, from: 0 | 1, segment: Segment, found: number): void {
  if ((found & NOTED) === 0) return;
  const side = flow.sides[from];
  if (side.flagged === NO_FLAGS) side.flagged = new FlagCounts();
  const { flagged } = side;
  if ((found & ANALYSIS.retransmission) !== 0) {
    flagged.retransmissions++;
    flagged.retransmittedBytes += segment.length;
    if ((found & ANALYSIS.fastRetransmission) !== 0) flagged.fastRetransmissions++;
    if ((found & ANALYSIS.spuriousRetransmission) !== 0) flagged.spuriousRetransmissions++;
  }
  if ((found & ANALYSIS.duplicateAck) !== 0) flagged.duplicateAcks++;
  if ((found & ANALYSIS.outOfOrder) !== 0) flagged.outOfOrder++;
  if ((found & ANALYSIS.zeroWindow) !== 0) flagged.zeroWindows++;
  if ((found & ANALYSIS.lostSegment) !== 0) flagged.lostSegments++;
  if ((found & ANALYSIS.ackLostSegment) !== 0) flagged.ackLostSegments++;
  if ((found & ANALYSIS.keepAlive) !== 0) flagged.keepAlives++;
  if ((found & ANALYSIS.windowFull) !== 0) flagged.windowFull++;
  let rest = found & NOTED;
  while (rest !== 0) {
    const bit = rest & -rest;
    rest &= ~bit;
    note(flow, bit, from, segment, bit === ANALYSIS.duplicateAck ? side.dupAcks : Math.max(0, segment.rto));
  }
}

function note(flow: TcpFlow, bit: number, from: 0 | 1, segment: Segment, value: number): void {
  const { frame, time, seq, length, rtoFrame } = segment;
  const sighting = { frame, time, from, seq: seq >>> 0, length, value, other: bit === ANALYSIS.retransmission ? rtoFrame : 0 };
  flow.notes ??= new Map();
  const known = flow.notes.get(bit);
  if (!known) {
    flow.notes.set(bit, { count: 1, first: [sighting], worst: sighting, last: sighting });
    return;
  }
  known.count++;
  known.last = sighting;
  if (known.first.length < KEPT_FIRST) known.first.push(sighting);
  if (value > known.worst.value) known.worst = sighting;
}

/**
 * What is followed over time for findings and charts, packet by packet.
 * @param highBefore nextSeq of the direction before this segment
 */
export function trackSegment(
  flow: TcpFlow,
  from: 0 | 1,
  segment: Segment,
  found: number,
  packet: NetworkFacts,
  highBefore: number,
): void {
  if (segment.ackRtt >= 0) {
    const acked = flow.sides[from === 0 ? 1 : 0];
    acked.rtts++;
    acked.rttSum += segment.ackRtt;
    if (acked.rttMin < 0 || segment.ackRtt < acked.rttMin) acked.rttMin = segment.ackRtt;
    if (segment.ackRtt > acked.rttMax) acked.rttMax = segment.ackRtt;
  }
  if (flow.track === null) {
    if (segment.length === 0 && found === 0 && (segment.flags & RST) === 0) return;
    flow.track = new TcpTrack();
  }
  flow.track.segment(flow, from, segment, found, packet, highBefore);
}

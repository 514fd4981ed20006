import { ACK, ANALYSIS, FIN, RST, SCALE_UNKNOWN, SYN, type TcpSide } from './tcp-side';

/** A fast retransmission comes this soon after the last duplicate ACK (Wireshark's 20 ms). */
const FAST_NS = 20_000_000;
/** Out of order when this soon after the highest segment and the round trip is not known (Wireshark's 3 ms). */
const REORDER_NS = 3_000_000;

/**
 * One segment, with sequence numbers relative to the bases of their directions, as signed 32-bit integers: engines keep those
 * without a box. Reused from packet to packet.
 */
export class Segment {
  frame = 0;
  /** ns since the base of the capture. */
  time = 0;
  seq = 0;
  ack = 0;
  flags = 0;
  window = 0;
  /** Payload on the wire. */
  length = 0;
  /** Of a retransmission: ns since the segment was sent first, and its frame; else -1. */
  rto = -1;
  rtoFrame = 0;
  /** Of an ACK that covers exactly one segment: ns since that was sent; else -1. */
  ackRtt = -1;
}

/**
 * Wireshark's analysis of sequence numbers (packet-tcp.c of the 4.4 series, tcp_analyze_sequence_number), in its order of
 * tests. Updates both directions.
 * @param initialRtt ns, 0 while unknown
 * @returns bits of ANALYSIS
 */
export function analyseSegment(fwd: TcpSide, rev: TcpSide, segment: Segment, initialRtt: number): number {
  const { seq, ack, flags, window, length, frame } = segment;
  const isControl = (flags & (SYN | FIN | RST)) !== 0;
  segment.rto = -1;
  segment.ackRtt = -1;
  let found = 0;
  const { nextSeq } = fwd;

  if (length === 1 && seq === nextSeq && rev.window === 0) {
    found = ANALYSIS.zeroWindowProbe;
  } else {
    if (window === 0 && !isControl) found |= ANALYSIS.zeroWindow;
    if (nextSeq !== 0 && ((seq - nextSeq) | 0) > 0 && (flags & RST) === 0) found |= ANALYSIS.lostSegment;
    if (length <= 1 && seq === ((nextSeq - 1) | 0) && !isControl) found |= ANALYSIS.keepAlive;
    if (length === 0) found |= pureAck(fwd, rev, segment, isControl);
    else if (rev.scale !== SCALE_UNKNOWN && !isControl) {
      const scale = rev.onlySyn || rev.scale < 0 ? 0 : rev.scale;
      // Multiplied, not shifted: 65535 << 14 still fits, but stays clear of the sign.
      if (((seq + length) | 0) === ((rev.lastAck + rev.window * 2 ** scale) | 0)) found |= ANALYSIS.windowFull;
    }
  }

  if (ack !== fwd.lastAck) {
    fwd.lastNonDupAck = frame;
    fwd.dupAcks = 0;
  }
  if (rev.maxSeqToBeAcked !== 0 && (flags & ACK) !== 0 && ((ack - rev.maxSeqToBeAcked) | 0) > 0) {
    if ((rev.lastAnalysis & ANALYSIS.zeroWindowProbe) !== 0 && ack === ((fwd.lastAck + 1) | 0) && seq === nextSeq) {
      // The receiver took the byte of the probe after all.
      found |= ANALYSIS.windowUpdate;
      rev.nextSeq = rev.maxSeqToBeAcked = ack;
    } else {
      found |= ANALYSIS.ackLostSegment;
      rev.maxSeqToBeAcked = rev.endOfRun(ack);
    }
  }
  const advances = length > 0 || (flags & (SYN | FIN)) !== 0;
  if (advances && (found & ANALYSIS.keepAlive) === 0) found |= resent(fwd, rev, segment, initialRtt);
  if ((found & ANALYSIS.windowUpdate) !== 0 && fwd.sackCount > 0) {
    found = (found & ~ANALYSIS.windowUpdate) | ANALYSIS.duplicateAck;
    fwd.dupAcks++;
  }
  update(fwd, rev, segment, found, advances);
  return found;
}

/** Tests of segments without payload: window update, keep-alive answer, probe answer, duplicate ACK. */
function pureAck(fwd: TcpSide, rev: TcpSide, { seq, ack, window }: Segment, isControl: boolean): number {
  if (seq !== fwd.nextSeq || isControl) return 0;
  const sameAck = ack === fwd.lastAck;
  if (window !== 0 && window !== fwd.window) return sameAck ? ANALYSIS.windowUpdate : 0;
  if (window !== 0) {
    if (!sameAck) return 0;
    if ((rev.lastAnalysis & ANALYSIS.keepAlive) !== 0) return ANALYSIS.keepAliveAck;
    fwd.dupAcks++;
    return ANALYSIS.duplicateAck;
  }
  const answersProbe = sameAck || ack === ((fwd.lastAck + 1) | 0);
  const afterProbe = (rev.lastAnalysis & ANALYSIS.zeroWindowProbe) !== 0;
  if (fwd.window !== 0 || !answersProbe || !afterProbe) return 0;
  if (!sameAck) rev.nextSeq = rev.maxSeqToBeAcked = ack; // the receiver took the byte of the probe
  return ANALYSIS.zeroWindowProbeAck;
}

/** Which kind of retransmission or disorder, if any. */
function resent(fwd: TcpSide, rev: TcpSide, segment: Segment, initialRtt: number): number {
  const { seq, length, flags, time } = segment;
  const end = (seq + length) | 0;
  if (length > 0 && rev.lastAck !== 0 && ((end - rev.lastAck) | 0) <= 0) {
    return ANALYSIS.retransmission | ANALYSIS.spuriousRetransmission;
  }
  const { nextSeq } = fwd;
  if (nextSeq === 0 || ((seq - nextSeq) | 0) >= 0) return 0;
  if (length > 1 && seq === ((nextSeq - 1) | 0)) return 0;
  if (time - rev.lastAckTime < FAST_NS && rev.dupAcks >= 2) {
    // With SACK the segment may be any that is missing. tshark 4.4 calls it fast even inside a block (seen in its output).
    if (rev.lastAck === seq || rev.sackCount > 0) {
      rememberFirst(fwd, segment);
      return ANALYSIS.retransmission | ANALYSIS.fastRetransmission;
    }
  }
  const withControl = (end + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;
  const threshold = initialRtt !== 0 ? initialRtt : REORDER_NS;
  if (time - fwd.nextSeqTime < threshold && (nextSeq !== withControl || fwd.nextSeqLength === 0) && !fwd.covers(seq, end)) {
    return ANALYSIS.outOfOrder;
  }
  rememberFirst(fwd, segment);
  return ANALYSIS.retransmission;
}

/** Since when the segment is on its way: the oldest that begins there or behind, else the one that raised nextSeq. */
function rememberFirst(fwd: TcpSide, segment: Segment): void {
  const first = fwd.oldestFrom(segment.seq);
  segment.rto = segment.time - (first?.time ?? fwd.nextSeqTime);
  segment.rtoFrame = first?.frame ?? fwd.nextSeqFrame;
}

function update(fwd: TcpSide, rev: TcpSide, segment: Segment, found: number, advances: boolean): void {
  const { seq, ack, flags, length, time, frame } = segment;
  const end = (seq + length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) | 0;
  if (advances) fwd.remember(seq, end, time, frame);
  const isProbe = (found & ANALYSIS.zeroWindowProbe) !== 0;
  if (fwd.nextSeq === 0 || ((end - fwd.nextSeq) | 0) > 0) {
    if (!isProbe) {
      fwd.nextSeq = end;
      fwd.nextSeqTime = time;
      fwd.nextSeqFrame = frame;
      fwd.nextSeqLength = length;
    }
  }
  if (!isProbe && (fwd.maxSeqToBeAcked === 0 || seq === fwd.maxSeqToBeAcked)) fwd.maxSeqToBeAcked = fwd.nextSeq;
  fwd.window = segment.window;
  fwd.lastAck = ack;
  fwd.lastAckTime = time;
  fwd.lastAnalysis = found;
  if ((flags & SYN) !== 0) fwd.onlySyn = true;
  else if ((flags & ACK) !== 0) fwd.onlySyn = false;
  if ((flags & ACK) !== 0) {
    segment.ackRtt = rev.sinceSent(ack, time);
    rev.forget(ack);
  }
}

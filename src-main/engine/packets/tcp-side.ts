/** Flags of the TCP header. */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

/** What Wireshark calls tcp.analysis.*: bits of one packet. RETRANSMISSION is also set on fast and spurious ones. */
export const ANALYSIS = {
  retransmission: 1,
  fastRetransmission: 2,
  spuriousRetransmission: 4,
  duplicateAck: 8,
  outOfOrder: 16,
  zeroWindow: 32,
  zeroWindowProbe: 64,
  zeroWindowProbeAck: 128,
  lostSegment: 256,
  ackLostSegment: 512,
  keepAlive: 1024,
  keepAliveAck: 2048,
  windowUpdate: 4096,
  windowFull: 8192,
  reusedPorts: 16384,
} as const;

/** Segments remembered until they are acknowledged, per direction; as many as Wireshark keeps. */
const MAX_UNACKNOWLEDGED = 10_000;

/** Scale of the window: no SYN was seen, or it was not offered. */
export const SCALE_UNKNOWN = -1;
export const SCALE_UNUSED = -2;

/**
 * One direction of a TCP flow: the state of Wireshark's sequence analysis (packet-tcp.c, 4.4) and counters. Sequence
 * numbers are relative to the first one, times nanoseconds since the base of the capture.
 */
export class TcpSide {
  packets = 0;
  /** Whole frames on the wire. */
  bytes = 0;
  /** TCP payload, that of retransmissions again. */
  payload = 0;
  dataSegments = 0;

  base = 0;
  hasBase = false;
  nextSeq = 0;
  nextSeqTime = 0;
  nextSeqFrame = 0;
  /** Payload of the segment that raised nextSeq. */
  nextSeqLength = 0;
  maxSeqToBeAcked = 0;
  lastAck = 0;
  lastAckTime = 0;
  lastNonDupAck = 0;
  dupAcks = 0;
  /** As in the header, not scaled. */
  window = 0;
  scale = SCALE_UNKNOWN;
  /** This side has only sent its SYN: its window is not yet scaled. */
  onlySyn = false;
  sackCount = 0;
  readonly sack: number[] = [];
  lastAnalysis = 0;

  /** Sent and not acknowledged: first and last + 1 sequence number, time, frame. A queue that begins at `head`. */
  seqs: number[] = [];
  ends: number[] = [];
  times: number[] = [];
  frames: number[] = [];
  head = 0;
  /** The queue is in order of sequence numbers, so its first entry is the lowest. */
  inOrder = true;

  retransmissions = 0;
  fastRetransmissions = 0;
  spuriousRetransmissions = 0;
  duplicateAcks = 0;
  outOfOrder = 0;
  zeroWindows = 0;
  lostSegments = 0;
  ackLostSegments = 0;
  keepAlives = 0;
  windowFull = 0;
  resets = 0;
  fins = 0;
  syns = 0;
  retransmittedBytes = 0;

  // Options of the SYN; -1 or false when it was not seen or did not offer them.
  mss = -1;
  offeredScale = -1;
  offersSack = false;
  offersTimestamps = false;

  /** nextSeq, not wrapped at 2^32. */
  stream = 0;
  /** Bytes of the stream up to the highest one handed to the dissectors. */
  handed = 0;

  // Round trips, ns: from a segment of this side to the ACK that covers just it.
  rtts = 0;
  rttSum = 0;
  rttMin = -1;
  rttMax = -1;

  get unacknowledged(): number {
    return this.seqs.length - this.head;
  }

  remember(seq: number, end: number, time: number, frame: number): void {
    if (this.unacknowledged >= MAX_UNACKNOWLEDGED) return;
    const last = this.seqs.length - 1;
    if (last >= this.head && ((seq - (this.seqs[last] ?? 0)) | 0) < 0) this.inOrder = false;
    this.seqs.push(seq);
    this.ends.push(end);
    this.times.push(time);
    this.frames.push(frame);
  }

  /** Forgets what `ack` covers; the cost is that of what is forgotten while segments come in order. */
  forget(ack: number): void {
    const { seqs, ends, times, frames } = this;
    const size = seqs.length;
    if (this.inOrder) {
      let head = this.head;
      while (head < size && (((ends[head] ?? 0) - ack) | 0) <= 0) head++;
      if (head < size && (((seqs[head] ?? 0) - ack) | 0) < 0) seqs[head] = ack; // acknowledged in part
      this.head = head;
    } else {
      let kept = this.head;
      for (let i = this.head; i < size; i++) {
        if ((((ends[i] ?? 0) - ack) | 0) <= 0) continue;
        const seq = seqs[i] ?? 0;
        seqs[kept] = ((seq - ack) | 0) < 0 ? ack : seq;
        ends[kept] = ends[i] ?? 0;
        times[kept] = times[i] ?? 0;
        frames[kept] = frames[i] ?? 0;
        kept++;
      }
      seqs.length = ends.length = times.length = frames.length = kept;
    }
    if (this.head >= seqs.length) {
      if (seqs.length > 0) seqs.length = ends.length = times.length = frames.length = 0;
      this.head = 0;
      this.inOrder = true;
    } else if (this.head >= 64 && this.head * 2 >= seqs.length) {
      this.seqs = seqs.slice(this.head);
      this.ends = ends.slice(this.head);
      this.times = times.slice(this.head);
      this.frames = frames.slice(this.head);
      this.head = 0;
    }
  }
}

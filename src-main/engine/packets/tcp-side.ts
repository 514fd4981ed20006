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

/** Numbers an entry of the queue of sent segments has. */
const STRIDE = 4;
/** Numbers of a queue that is worth cutting. */
const LONG = 64 * STRIDE;
/** Never written to: a queue of its own takes its place first. */
const NOTHING: number[] = [];
/** Short queues that are not in use: most directions need one only for a moment, again and again. */
const SPARE: number[][] = [];
const MAX_SPARE = 1_024;

/** Segments by what the analysis flagged them as. */
export class FlagCounts {
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
  retransmittedBytes = 0;
}

export const NO_FLAGS = new FlagCounts();

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
  sack: number[] = NOTHING;
  lastAnalysis = 0;

  /**
   * Sent and not acknowledged: first and last + 1 sequence number, time and frame, one after another, so that V8 keeps them
   * as plain doubles. It stands from `#head` to `#tail`; sides without one share an empty array.
   */
  #queue: number[] = NOTHING;
  #head = 0;
  #tail = 0;
  /** The queue is in order of sequence numbers, so its first entry is the lowest. */
  #inOrder = true;

  resets = 0;
  fins = 0;
  syns = 0;
  /** What the analysis flagged; sides without any share one that is never written to. */
  flagged: FlagCounts = NO_FLAGS;

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

  remember(seq: number, end: number, time: number, frame: number): void {
    if (this.#queue === NOTHING) this.#queue = SPARE.pop() ?? [];
    const queue = this.#queue;
    const tail = this.#tail;
    if (tail - this.#head >= MAX_UNACKNOWLEDGED * STRIDE) return;
    if (tail > this.#head && ((seq - (queue[tail - STRIDE] ?? 0)) | 0) < 0) this.#inOrder = false;
    queue[tail] = seq;
    queue[tail + 1] = end;
    queue[tail + 2] = time;
    queue[tail + 3] = frame;
    this.#tail = tail + STRIDE;
  }

  /** Forgets what `ack` covers; the cost is that of what is forgotten while segments come in order. */
  forget(ack: number): void {
    const queue = this.#queue;
    const tail = this.#tail;
    if (this.#head === tail) return;
    if (this.#inOrder) {
      let head = this.#head;
      while (head < tail && (((queue[head + 1] ?? 0) - ack) | 0) <= 0) head += STRIDE;
      if (head < tail && (((queue[head] ?? 0) - ack) | 0) < 0) queue[head] = ack; // acknowledged in part
      this.#head = head;
    } else {
      let kept = this.#head;
      for (let at = this.#head; at < tail; at += STRIDE) {
        if ((((queue[at + 1] ?? 0) - ack) | 0) <= 0) continue;
        const seq = queue[at] ?? 0;
        queue[kept] = ((seq - ack) | 0) < 0 ? ack : seq;
        queue[kept + 1] = queue[at + 1] ?? 0;
        queue[kept + 2] = queue[at + 2] ?? 0;
        queue[kept + 3] = queue[at + 3] ?? 0;
        kept += STRIDE;
      }
      this.#tail = kept;
    }
    if (this.#head === this.#tail) {
      // A long queue is let go of; a short one serves the next segments, here or elsewhere.
      if (queue.length <= LONG && SPARE.length < MAX_SPARE) SPARE.push(queue);
      this.#queue = NOTHING;
      this.#head = this.#tail = 0;
      this.#inOrder = true;
    } else if (this.#head >= LONG && this.#head * 2 >= this.#tail) {
      this.#queue = queue.slice(this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
    }
  }

  get unacknowledged(): number {
    return (this.#tail - this.#head) / STRIDE;
  }

  /** The end of the run of known segments that begins at `from`. */
  endOfRun(from: number): number {
    const queue = this.#queue;
    let end = from;
    for (let at = this.#head; at < this.#tail; at += STRIDE) if (queue[at] === end) end = queue[at + 1] ?? end;
    return end;
  }

  /** An unacknowledged segment that covers the stretch is known: it was seen before. */
  covers(seq: number, end: number): boolean {
    const queue = this.#queue;
    for (let at = this.#head; at < this.#tail; at += STRIDE) {
      if (((seq - (queue[at] ?? 0)) | 0) >= 0 && ((end - (queue[at + 1] ?? 0)) | 0) <= 0) return true;
    }
    return false;
  }

  /** The oldest segment that begins at `seq` or behind: when it was sent, and its frame; null without one. */
  oldestFrom(seq: number): { time: number; frame: number } | null {
    const queue = this.#queue;
    for (let at = this.#head; at < this.#tail; at += STRIDE) {
      if ((((queue[at] ?? 0) - seq) | 0) >= 0) return { time: queue[at + 2] ?? 0, frame: queue[at + 3] ?? 0 };
    }
    return null;
  }

  /** ns since the segment that ends at `ack` was sent, the oldest copy; -1 when no segment ends there. */
  sinceSent(ack: number, time: number): number {
    const queue = this.#queue;
    for (let at = this.#head; at < this.#tail; at += STRIDE) {
      if (queue[at + 1] === ack) return time - (queue[at + 2] ?? 0);
      if (this.#inOrder && (((queue[at + 1] ?? 0) - ack) | 0) > 0) return -1;
    }
    return -1;
  }
}

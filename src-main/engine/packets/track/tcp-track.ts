import type { TcpFlow } from '../flows';
import type { Segment } from '../tcp-analysis';
import { ACK, ANALYSIS, FIN, RST, type TcpSide } from '../tcp-side';
import { BulkTrack } from './bulk-track';

const MAX_ZERO = 16;
const MAX_REPEATS = 16;
const MAX_GAPS = 64;
const MAX_RUNS = 8;
const MAX_RESETS = 8;
const MAX_HELD = 8;
const SECOND = 1e9;
/** A receiver waits this long with its ACK: Linux 40 ms and more, RFC 1122 up to 500 ms. */
const DELAYED_ACK = { min: 35e6, max: 250e6 };
/** What comes this soon after an ACK waited for it. */
const RELEASED_NS = 5e6;
/** Payload after which a direction counts as a transfer, whose limits and round trips are worth following. */
const BULK_BYTES = 64 * 1024;

/** A stretch of time in which a receiver took nothing. */
export interface ZeroWindow {
  frame: number;
  time: number;
  probes: number;
  /** 0 and NaN while it lasts. */
  reopenedFrame: number;
  reopenedTime: number;
}

/** A segment that was sent again. */
export interface Repeat {
  seq: number;
  end: number;
  length: number;
  /** Retransmissions of it. */
  times: number;
  frame: number;
  firstTime: number;
  lastFrame: number;
  lastTime: number;
  acked: boolean;
}

/** Bytes that were jumped over. */
export interface Gap {
  seq: number;
  end: number;
  frame: number;
  time: number;
  filled: boolean;
  acked: boolean;
}

/** Duplicate ACKs in a row. */
export interface DuplicateRun {
  frame: number;
  time: number;
  ack: number;
  count: number;
  lastFrame: number;
}

/** How things stood when a RST came. */
export interface ResetContext {
  frame: number;
  time: number;
  from: 0 | 1;
  /** ns since the packet before it. */
  idle: number;
  /** Payload sent and not acknowledged, by who sent the RST and by the other end. */
  unackedOwn: number;
  unackedOther: number;
  /** FINs seen before, by who sent the RST and by the other end. */
  finOwn: boolean;
  finOther: boolean;
  /** Frames of the last data of both. */
  lastDataOwn: number;
  lastDataOther: number;
  /** The last data of the flow came from the other end: something was asked and not answered. */
  unanswered: boolean;
  /** The usual TTL of who sent it, by its other packets; 0 when there are none. */
  usualTtl: number;
  ttl: number;
  /** More of the same end came after it. */
  followed: boolean;
}

/** Shared by the lists of the many flows that have nothing to list. */
const NONE: readonly never[] = [];

/** What is followed of one direction. Times in ns since the base of the capture, sequence numbers relative. */
export class SideTrack {
  ttl = 0;
  lastTime = Number.NaN;
  lastFrame = 0;
  firstData = Number.NaN;
  lastData = Number.NaN;
  lastDataFrame = 0;
  maxLength = 0;
  maxLengthFrame = 0;
  /** The longest segment that was acknowledged. */
  ackedMax = 0;
  pendingMax = 0;
  pendingEnd = 0;

  openZero: ZeroWindow | null = null;
  zeros: readonly ZeroWindow[] = NONE;
  zeroCount = 0;
  zeroTotal = 0;
  zeroLongest = 0;

  repeats: readonly Repeat[] = NONE;
  openRepeats = 0;
  gaps: readonly Gap[] = NONE;
  openGaps = 0;
  gapsTotal = 0;
  gapsFilled = 0;
  gapsAcked = 0;

  run: DuplicateRun | null = null;
  unansweredRuns: readonly DuplicateRun[] = NONE;

  keepAliveTime = Number.NaN;
  keepAliveRun = 0;
  keepAliveMax = 0;
  keepAliveFrames: readonly number[] = NONE;

  // Copies of a packet in the capture; originals that came late, told by their older identification; retransmissions that
  // were taken for disorder, told by a newer one.
  copies = 0;
  spuriousCopies = 0;
  outOfOrderResent = 0;
  lateSpurious = 0;
  lateRetransmissions = 0;
  lastId = -1;
  idRises = 0;
  idFalls = 0;

  // Small segments held back until the ACK of the one before.
  releasedAt = Number.NaN;
  releasedWait = 0;
  held = 0;
  heldTotal = 0;
  heldFrames: readonly number[] = NONE;

  // Bursts after a pause, and how much of each went before its first ACK.
  restarts = 0;
  burstBytes = 0;
  flight = 0;
  flightOpen = false;
  restartIdle = 0;

  bulk: BulkTrack | null = null;
}

/** What the network layer said of the segment. */
export interface NetworkFacts {
  readonly ttl: number;
  /** 0 where there is none. */
  readonly ipId: number;
  readonly isCopy: boolean;
}

/** What is followed of a TCP flow packet by packet, made with its first data or its first trouble. */
export class TcpTrack {
  readonly sides: readonly [SideTrack, SideTrack] = [new SideTrack(), new SideTrack()];
  resets: readonly ResetContext[] = NONE;
  #lastTime = Number.NaN;

  /** @param highBefore nextSeq of the direction before this segment */
  segment(flow: TcpFlow, from: 0 | 1, segment: Segment, found: number, packet: NetworkFacts, highBefore: number): void {
    const me = this.sides[from];
    const peer = this.sides[from === 0 ? 1 : 0];
    const fwd = flow.sides[from];
    const rev = flow.sides[from === 0 ? 1 : 0];
    const { time, length, flags, ack, frame } = segment;
    if (me.bulk !== null) me.bulk.before(time);
    if (peer.bulk !== null) peer.bulk.before(time);
    if (found !== 0) this.#flagged(me, peer, fwd, segment, found, highBefore, packet);
    if (me.openZero !== null && segment.window !== 0) closeZero(me, frame, time);
    if ((flags & ACK) !== 0) acknowledge(peer, ack, time, segment.ackRtt, length);
    if (length > 0) data(me, fwd, rev, segment, found);
    if ((flags & RST) !== 0) this.#reset(from, me, peer, fwd, rev, segment, packet.ttl);
    else {
      me.ttl = packet.ttl;
      if (packet.ipId !== 0) countIds(me, packet.ipId);
      if (this.resets.length > 0) for (const reset of this.resets) if (reset.from === from) reset.followed = true;
    }
    if (me.run !== null || peer.run !== null) this.#watchRuns(flow, me, peer, segment, found);
    if (me.bulk !== null) me.bulk.sent(fwd, rev, segment, found);
    else if (length > 0 && fwd.payload >= BULK_BYTES) me.bulk = new BulkTrack(time);
    if (peer.bulk !== null) peer.bulk.acked(rev, fwd, segment);
    me.lastTime = time;
    me.lastFrame = frame;
    this.#lastTime = time;
  }

  #flagged(
    me: SideTrack,
    peer: SideTrack,
    fwd: TcpSide,
    segment: Segment,
    found: number,
    highBefore: number,
    packet: NetworkFacts,
  ): void {
    const { time, frame, seq, length } = segment;
    if ((found & ANALYSIS.zeroWindow) !== 0 && me.openZero === null) {
      me.zeroCount++;
      me.openZero = { frame, time, probes: 0, reopenedFrame: 0, reopenedTime: Number.NaN };
      if (me.zeros.length < MAX_ZERO) me.zeros = [...me.zeros, me.openZero];
    }
    if ((found & ANALYSIS.zeroWindowProbe) !== 0 && peer.openZero !== null) peer.openZero.probes++;
    if ((found & ANALYSIS.lostSegment) !== 0) {
      me.gapsTotal++;
      if (me.gaps.length < MAX_GAPS) {
        me.gaps = [...me.gaps, { seq: highBefore, end: seq, frame, time, filled: false, acked: false }];
        me.openGaps++;
      }
    }
    if ((found & (ANALYSIS.retransmission | ANALYSIS.outOfOrder)) !== 0) {
      if (me.gaps.length > 0) fill(me, seq, (seq + length) >>> 0);
      if (packet.isCopy) {
        if ((found & ANALYSIS.spuriousRetransmission) !== 0) me.spuriousCopies++;
        else if ((found & ANALYSIS.retransmission) !== 0) me.copies++;
      } else if (length > 0 && packet.ipId !== 0 && countsUp(me)) {
        if (((packet.ipId - me.lastId) << 16) >> 16 > 0) {
          // Newer than all before it: Wireshark takes it for overtaken by its time alone.
          if ((found & ANALYSIS.outOfOrder) !== 0) me.outOfOrderResent++;
        } else if ((found & ANALYSIS.spuriousRetransmission) !== 0) me.lateSpurious++;
        else if ((found & ANALYSIS.retransmission) !== 0) me.lateRetransmissions++;
      }
      if (length > 0 && (found & ANALYSIS.spuriousRetransmission) === 0 && (found & ANALYSIS.retransmission) !== 0)
        repeat(me, segment);
    }
    if ((found & ANALYSIS.duplicateAck) !== 0 && fwd.dupAcks >= 3) {
      if (me.run === null) me.run = { frame, time, ack: segment.ack, count: fwd.dupAcks, lastFrame: frame };
      else {
        me.run.count = fwd.dupAcks;
        me.run.lastFrame = frame;
      }
    }
    if ((found & ANALYSIS.keepAlive) !== 0) keepAlive(me, peer, time, frame);
  }

  #reset(from: 0 | 1, me: SideTrack, peer: SideTrack, fwd: TcpSide, rev: TcpSide, segment: Segment, ttl: number): void {
    if (this.resets.length >= MAX_RESETS) return;
    const since = this.#lastTime;
    const own = Math.max(0, (fwd.nextSeq - rev.lastAck) | 0);
    const other = Math.max(0, (rev.nextSeq - fwd.lastAck) | 0);
    const finOwn = fwd.fins > ((segment.flags & FIN) !== 0 ? 1 : 0);
    this.resets = [
      ...this.resets,
      {
        frame: segment.frame,
        time: segment.time,
        from,
        idle: since === since ? Math.max(0, segment.time - since) : 0,
        unackedOwn: fwd.payload > 0 ? own : 0,
        unackedOther: rev.payload > 0 ? other : 0,
        finOwn,
        finOther: rev.fins > 0,
        lastDataOwn: me.lastDataFrame,
        lastDataOther: peer.lastDataFrame,
        unanswered: peer.lastDataFrame > me.lastDataFrame,
        usualTtl: me.ttl,
        ttl,
        followed: false,
      },
    ];
  }

  /** A run ends well when the sender repeats what is missing, or the ACK moves on. */
  #watchRuns(flow: TcpFlow, me: SideTrack, peer: SideTrack, segment: Segment, found: number): void {
    const wait = Math.max(SECOND, flow.initialRtt * 3);
    const { run } = me;
    if (run !== null && ((segment.ack - run.ack) | 0) > 0) me.run = null;
    const waiting = peer.run;
    if (waiting === null) return;
    const repeats = (found & (ANALYSIS.retransmission | ANALYSIS.outOfOrder)) !== 0;
    if (repeats) peer.run = null;
    else if (segment.time - waiting.time > wait) {
      if (peer.unansweredRuns.length < MAX_RUNS) peer.unansweredRuns = [...peer.unansweredRuns, waiting];
      peer.run = null;
    }
  }
}

/** Most systems count the identification up: then an older one shows a packet that was overtaken. */
function countIds(side: SideTrack, id: number): void {
  const step = ((id - side.lastId) << 16) >> 16;
  if (side.lastId >= 0 && step !== 0) {
    if (step > 0 && step < 1000) side.idRises++;
    else side.idFalls++;
  }
  if (side.lastId < 0 || step > 0) side.lastId = id;
}

function countsUp({ lastId, idRises, idFalls }: SideTrack): boolean {
  return lastId >= 0 && idRises >= 10 && idRises >= idFalls * 4;
}

function closeZero(side: SideTrack, frame: number, time: number): void {
  const { openZero } = side;
  if (openZero === null) return;
  openZero.reopenedFrame = frame;
  openZero.reopenedTime = time;
  const lasted = Math.max(0, time - openZero.time);
  side.zeroTotal += lasted;
  if (lasted > side.zeroLongest) side.zeroLongest = lasted;
  side.openZero = null;
}

function acknowledge(peer: SideTrack, ack: number, time: number, ackRtt: number, length: number): void {
  if (peer.pendingMax > 0 && ((ack - peer.pendingEnd) | 0) >= 0) {
    peer.ackedMax = peer.pendingMax;
    peer.pendingMax = 0;
  }
  if (peer.openRepeats > 0) {
    for (const again of peer.repeats) {
      if (again.acked || ((ack - again.end) | 0) < 0) continue;
      again.acked = true;
      peer.openRepeats--;
    }
  }
  if (peer.openGaps > 0) {
    for (const gap of peer.gaps) {
      if (gap.filled || gap.acked || ((ack - gap.end) | 0) < 0) continue;
      gap.acked = true;
      peer.gapsAcked++;
      peer.openGaps--;
    }
  }
  peer.flightOpen = false;
  if (length === 0 && ackRtt >= DELAYED_ACK.min && ackRtt <= DELAYED_ACK.max) {
    peer.releasedAt = time;
    peer.releasedWait = ackRtt;
  }
  // Only an answer without data can be a delayed ACK.
  if (length > 0) peer.releasedAt = Number.NaN;
}

function data(me: SideTrack, fwd: TcpSide, rev: TcpSide, segment: Segment, found: number): void {
  const { time, length, seq, frame } = segment;
  const end = (seq + length) >>> 0;
  const isNew = (found & (ANALYSIS.retransmission | ANALYSIS.outOfOrder | ANALYSIS.keepAlive | ANALYSIS.zeroWindowProbe)) === 0;
  if (length > me.maxLength) {
    me.maxLength = length;
    me.maxLengthFrame = frame;
  }
  if (length > me.ackedMax && length > me.pendingMax) {
    me.pendingMax = length;
    me.pendingEnd = end;
  } else if (
    !isNew &&
    me.pendingMax > length &&
    ((end - me.pendingEnd) | 0) <= 0 &&
    ((seq - me.pendingEnd + me.pendingMax) | 0) >= 0
  ) {
    // The same bytes in a shorter segment: it is not the long one that will be acknowledged.
    me.pendingMax = length > me.ackedMax ? length : 0;
    me.pendingEnd = end;
  }
  if (isNew) {
    const pause = time - me.lastData;
    if (pause > SECOND && ((rev.lastAck - seq) | 0) >= 0) startBurst(me, fwd, pause);
    me.burstBytes += length;
    if (me.flightOpen) me.flight += length;
    const full = fwd.mss > 0 ? fwd.mss - 12 : 1000;
    if (length < full && time - me.releasedAt <= RELEASED_NS) {
      me.held++;
      me.heldTotal += me.releasedWait;
      if (me.heldFrames.length < MAX_HELD) me.heldFrames = [...me.heldFrames, frame];
    }
    me.releasedAt = Number.NaN;
  }
  if (me.firstData !== me.firstData) {
    me.firstData = time;
    me.flightOpen = true;
    me.flight = length;
  }
  me.lastData = time;
  me.lastDataFrame = frame;
}

/** Ten segments is the window a pause leaves (RFC 6928, RFC 2861): a burst that wanted more had to grow again. */
function startBurst(me: SideTrack, fwd: TcpSide, pause: number): void {
  const initial = 10 * (fwd.mss > 0 ? fwd.mss : 1460);
  if (me.restartIdle > 0 && me.flight <= initial && me.burstBytes > initial * 1.5) me.restarts++;
  me.restartIdle = pause;
  me.burstBytes = 0;
  me.flight = 0;
  me.flightOpen = true;
}

function repeat(me: SideTrack, segment: Segment): void {
  const { seq, length, frame, time } = segment;
  for (const known of me.repeats) {
    if (known.seq !== seq || known.length !== length) continue;
    known.times++;
    known.lastFrame = frame;
    known.lastTime = time;
    return;
  }
  const again = {
    seq,
    end: (seq + length) >>> 0,
    length,
    times: 1,
    frame,
    firstTime: time,
    lastFrame: frame,
    lastTime: time,
    acked: false,
  };
  if (me.repeats.length < MAX_REPEATS) me.repeats = [...me.repeats, again];
  else {
    // Those that were acknowledged after one repeat show nothing more.
    const at = me.repeats.findIndex(known => known.acked && known.times < 2);
    if (at < 0) return;
    me.repeats = me.repeats.with(at, again);
  }
  me.openRepeats++;
}

function fill(me: SideTrack, seq: number, end: number): void {
  for (const gap of me.gaps) {
    if (gap.filled) continue;
    if (((seq - gap.seq) | 0) <= 0 && ((end - gap.seq) | 0) > 0) gap.seq = end;
    else if (((seq - gap.end) | 0) < 0 && ((end - gap.end) | 0) >= 0) gap.end = seq;
    if (((gap.seq - gap.end) | 0) < 0) continue;
    gap.filled = true;
    me.gapsFilled++;
    // Acknowledged first and captured later: several queues of one card.
    if (gap.acked) me.gapsAcked--;
    else me.openGaps--;
  }
}

function keepAlive(me: SideTrack, peer: SideTrack, time: number, frame: number): void {
  const before = me.keepAliveTime;
  const isUnanswered = before === before && !(peer.lastTime >= before);
  if (!isUnanswered) {
    me.keepAliveRun = 0;
    if (me.keepAliveMax < 2) me.keepAliveFrames = NONE;
  } else if (time - before >= SECOND) me.keepAliveRun++;
  if (me.keepAliveRun > me.keepAliveMax) me.keepAliveMax = me.keepAliveRun;
  if (me.keepAliveFrames.length < 10) me.keepAliveFrames = [...me.keepAliveFrames, frame];
  me.keepAliveTime = time;
}

import type { TcpFlow } from '../flows';
import type { Segment } from '../tcp-analysis';
import { ACK, ANALYSIS, FIN, RST, type TcpSide } from '../tcp-side';
import { BulkTrack } from './bulk-track';
import { type NetworkFacts, SidePauses, SideTrack, SideTrouble } from './side-track';
import { closeZero, countCopy, countIds, followTrouble, TROUBLE, watchRuns } from './side-trouble';

const MAX_RESETS = 8;
const MAX_HELD = 8;
const MAX_TWICE = 8;
const SECOND = 1e9;
/** A receiver waits this long with its ACK: Linux 40 ms and more, RFC 1122 up to 500 ms. */
const DELAYED_ACK = { min: 35e6, max: 250e6 };
/** What comes this soon after an ACK waited for it. */
const RELEASED_NS = 5e6;
/** Payload after which a direction counts as a transfer, whose limits and round trips are worth following. */
const BULK_BYTES = 64 * 1024;

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
    // Made by the capture: it says nothing of the connection but how much of what was counted to leave out.
    if (packet.isCopy) return countCopy(me, found);
    if (me.bulk !== null) me.bulk.before(time);
    if (peer.bulk !== null) peer.bulk.before(time);
    if ((found & TROUBLE) !== 0) followTrouble(me, peer, fwd, segment, found, highBefore, packet);
    if (me.trouble !== null && me.trouble.openZero !== null && segment.window !== 0) closeZero(me.trouble, frame, time);
    if ((flags & ACK) !== 0) acknowledge(peer, ack, time, segment.ackRtt, length);
    if (fwd.sackCount > 0) gotTwice(me, fwd, segment);
    if (length > 0) data(me, fwd, rev, segment, found);
    if ((flags & RST) !== 0) this.#reset(from, me, peer, fwd, rev, segment, packet.ttl);
    else {
      me.ttl = packet.ttl;
      if (packet.ipId !== 0) countIds(me, packet.ipId);
      if (this.resets.length > 0) for (const reset of this.resets) if (reset.from === from) reset.followed = true;
    }
    if (me.trouble?.run || peer.trouble?.run) watchRuns(flow, me.trouble, peer.trouble, segment, found);
    if (me.bulk !== null) me.bulk.sent(fwd, rev, segment, found);
    else if (length > 0 && fwd.payload >= BULK_BYTES) me.bulk = new BulkTrack(time);
    if (peer.bulk !== null) peer.bulk.acked(rev, fwd, segment);
    me.lastTime = time;
    this.#lastTime = time;
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
}

/** RFC 2883 section 4: the first block lies below the ACK, or inside the second block. */
function gotTwice(me: SideTrack, { sack, sackCount }: TcpSide, { ack, frame, time }: Segment): void {
  const [left = 0, right = 0, outerLeft = 0, outerRight = 0] = sack;
  if (((right - left) | 0) <= 0) return;
  const isBelow = ((right - ack) | 0) <= 0;
  const isInside = sackCount > 1 && ((left - outerLeft) | 0) >= 0 && ((outerRight - right) | 0) >= 0;
  if (!isBelow && !isInside) return;
  const trouble = (me.trouble ??= new SideTrouble());
  trouble.twice++;
  if (trouble.twiceFrames.length < MAX_TWICE) trouble.twiceFrames.push({ frame, time });
}

function acknowledge(peer: SideTrack, ack: number, time: number, ackRtt: number, length: number): void {
  if (peer.pendingMax > 0 && ((ack - peer.pendingEnd) | 0) >= 0) {
    peer.ackedMax = peer.pendingMax;
    peer.pendingMax = 0;
  }
  const { trouble } = peer;
  if (trouble !== null && trouble.openRepeats > 0) {
    for (const again of trouble.repeats) {
      if (again.acked || ((ack - again.end) | 0) < 0) continue;
      again.acked = true;
      trouble.openRepeats--;
    }
  }
  if (trouble !== null && trouble.openGaps > 0) {
    for (const gap of trouble.gaps) {
      if (gap.filled || gap.acked || ((ack - gap.end) | 0) < 0) continue;
      gap.acked = true;
      trouble.gapsAcked++;
      trouble.openGaps--;
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
  const end = (seq + length) | 0;
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
      const pauses = (me.pauses ??= new SidePauses());
      pauses.held++;
      pauses.heldTotal += me.releasedWait;
      if (pauses.heldFrames.length < MAX_HELD) pauses.heldFrames.push(frame);
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
  const pauses = (me.pauses ??= new SidePauses());
  if (pauses.restartIdle > 0 && me.flight <= initial && me.burstBytes > initial * 1.5) pauses.restarts++;
  pauses.restartIdle = pause;
  me.burstBytes = 0;
  me.flight = 0;
  me.flightOpen = true;
}

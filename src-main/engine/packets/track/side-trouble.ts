import type { TcpFlow } from '../flows';
import type { Segment } from '../tcp-analysis';
import { ANALYSIS, type TcpSide } from '../tcp-side';
import { type NetworkFacts, type SideTrack, SideTrouble } from './side-track';

const MAX_ZERO = 16;
const MAX_REPEATS = 16;
const MAX_GAPS = 64;
const MAX_RUNS = 8;
const MAX_KEEP_ALIVES = 10;
const SECOND = 1e9;

/** Flags that leave something to follow: not window updates, nor answers to probes. */
export const TROUBLE = ~(ANALYSIS.windowUpdate | ANALYSIS.keepAliveAck | ANALYSIS.zeroWindowProbeAck | ANALYSIS.windowFull);

/** A flagged segment of a direction. */
export function followTrouble(
  me: SideTrack,
  peer: SideTrack,
  fwd: TcpSide,
  segment: Segment,
  found: number,
  highBefore: number,
  packet: NetworkFacts,
): void {
  const { time, frame, seq, length } = segment;
  const trouble = (me.trouble ??= new SideTrouble());
  if ((found & ANALYSIS.zeroWindow) !== 0 && trouble.openZero === null) {
    trouble.zeroCount++;
    trouble.openZero = { frame, time, probes: 0, reopenedFrame: 0, reopenedTime: Number.NaN };
    if (trouble.zeros.length < MAX_ZERO) trouble.zeros.push(trouble.openZero);
  }
  if ((found & ANALYSIS.zeroWindowProbe) !== 0 && peer.trouble?.openZero) peer.trouble.openZero.probes++;
  if ((found & ANALYSIS.lostSegment) !== 0) {
    trouble.gapsTotal++;
    if (trouble.gaps.length < MAX_GAPS) {
      trouble.gaps.push({ seq: highBefore, end: seq, frame, time, filled: false, acked: false });
      trouble.openGaps++;
    }
  }
  if ((found & (ANALYSIS.retransmission | ANALYSIS.outOfOrder)) !== 0) {
    if (trouble.gaps.length > 0) fill(trouble, seq, (seq + length) | 0);
    if (length > 0) sentAgain(me, trouble, segment, found, packet.ipId);
  }
  if ((found & ANALYSIS.duplicateAck) !== 0 && fwd.dupAcks >= 3) {
    if (trouble.run === null) trouble.run = { frame, time, ack: segment.ack, count: fwd.dupAcks, lastFrame: frame };
    else {
      trouble.run.count = fwd.dupAcks;
      trouble.run.lastFrame = frame;
    }
  }
  if ((found & ANALYSIS.keepAlive) !== 0) keepAlive(trouble, peer, time, frame);
}

/** A packet that stands in the capture twice. */
export function countCopy(me: SideTrack, found: number): void {
  if ((found & ANALYSIS.retransmission) === 0) return;
  const trouble = (me.trouble ??= new SideTrouble());
  if ((found & ANALYSIS.spuriousRetransmission) !== 0) trouble.spuriousCopies++;
  else trouble.copies++;
}

/** A segment sent again, or one that was overtaken: the identification of IP tells them apart where it counts up. */
function sentAgain(me: SideTrack, trouble: SideTrouble, segment: Segment, found: number, ipId: number): void {
  const isSpurious = (found & ANALYSIS.spuriousRetransmission) !== 0;
  const isRetransmission = (found & ANALYSIS.retransmission) !== 0;
  if (ipId !== 0 && countsUp(me)) {
    if (((ipId - me.lastId) << 16) >> 16 <= 0) {
      if (isSpurious) trouble.lateSpurious++;
      else if (isRetransmission) trouble.lateRetransmissions++;
      return;
    }
    // Newer than all before it: Wireshark takes it for overtaken by its time alone.
    if ((found & ANALYSIS.outOfOrder) !== 0) trouble.outOfOrderResent++;
  }
  if (isRetransmission && !isSpurious) repeat(trouble, segment);
}

function repeat(me: SideTrouble, segment: Segment): void {
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
    end: (seq + length) | 0,
    length,
    times: 1,
    frame,
    firstTime: time,
    lastFrame: frame,
    lastTime: time,
    acked: false,
  };
  if (me.repeats.length < MAX_REPEATS) me.repeats.push(again);
  else {
    // Those that were acknowledged after one repeat show nothing more.
    const at = me.repeats.findIndex(known => known.acked && known.times < 2);
    if (at < 0) return;
    me.repeats[at] = again;
  }
  me.openRepeats++;
}

function fill(me: SideTrouble, seq: number, end: number): void {
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

function keepAlive(me: SideTrouble, peer: SideTrack, time: number, frame: number): void {
  const before = me.keepAliveTime;
  const isUnanswered = before === before && !(peer.lastTime >= before);
  if (!isUnanswered) {
    me.keepAliveRun = 0;
    if (me.keepAliveMax < 2) me.keepAliveFrames.length = 0;
  } else if (time - before >= SECOND) me.keepAliveRun++;
  if (me.keepAliveRun > me.keepAliveMax) me.keepAliveMax = me.keepAliveRun;
  if (me.keepAliveFrames.length < MAX_KEEP_ALIVES) me.keepAliveFrames.push(frame);
  me.keepAliveTime = time;
}

export function closeZero(side: SideTrouble, frame: number, time: number): void {
  const { openZero } = side;
  if (openZero === null) return;
  openZero.reopenedFrame = frame;
  openZero.reopenedTime = time;
  const lasted = Math.max(0, time - openZero.time);
  side.zeroTotal += lasted;
  if (lasted > side.zeroLongest) side.zeroLongest = lasted;
  side.openZero = null;
}

/** A run ends well when the sender repeats what is missing, or the ACK moves on. */
export function watchRuns(
  flow: TcpFlow,
  me: SideTrouble | null,
  peer: SideTrouble | null,
  segment: Segment,
  found: number,
): void {
  const wait = Math.max(SECOND, flow.initialRtt * 3);
  if (me?.run && ((segment.ack - me.run.ack) | 0) > 0) me.run = null;
  const waiting = peer?.run;
  if (!peer || !waiting) return;
  const repeats = (found & (ANALYSIS.retransmission | ANALYSIS.outOfOrder)) !== 0;
  if (repeats) peer.run = null;
  else if (segment.time - waiting.time > wait) {
    if (peer.unansweredRuns.length < MAX_RUNS) peer.unansweredRuns.push(waiting);
    peer.run = null;
  }
}

/** Most systems count the identification up: then an older one shows a packet that was overtaken. */
export function countIds(side: SideTrack, id: number): void {
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

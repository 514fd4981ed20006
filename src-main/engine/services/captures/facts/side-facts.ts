import type { BulkFacts, SideFacts, ZeroWindowFacts } from '../../../detectors/flow-facts';
import type { TcpFlow } from '../../../packets/flows';
import type { TcpSide } from '../../../packets/tcp-side';
import { type BulkTrack, LIMIT } from '../../../packets/track/bulk-track';
import { SidePauses, SideTrack, SideTrouble, type ZeroWindow } from '../../../packets/track/side-track';
import type { ToSeconds } from './tcp-facts';

const MS = 1e6;
/** A direction about which nothing was followed. */
const NOTHING = new SideTrack();
const NO_TROUBLE = new SideTrouble();
const NO_PAUSES = new SidePauses();
const NONE: readonly never[] = [];
const NO_GAPS: SideFacts['gaps'] = { total: 0, filled: 0, acked: 0, kept: [] };
const NO_ZERO_WINDOW: SideFacts['zeroWindow'] = { count: 0, total_ms: 0, longest_ms: 0, open: null, episodes: [] };

/** One direction of a TCP flow as detectors see it: nothing is made before it is asked for. */
export class SideView implements SideFacts {
  readonly #flow: TcpFlow;
  readonly #side: TcpSide;
  readonly #other: TcpSide;
  readonly #track: SideTrack;
  readonly #otherTrack: SideTrack;
  readonly #seconds: ToSeconds;
  readonly #endTime: number;
  #bulk: BulkFacts | undefined;

  constructor(flow: TcpFlow, index: 0 | 1, seconds: ToSeconds, endTime: number) {
    const other = index === 0 ? 1 : 0;
    this.#flow = flow;
    this.#side = flow.sides[index];
    this.#other = flow.sides[other];
    this.#track = flow.track?.sides[index] ?? NOTHING;
    this.#otherTrack = flow.track?.sides[other] ?? NOTHING;
    this.#seconds = seconds;
    this.#endTime = endTime;
  }

  get #trouble(): SideTrouble {
    return this.#track.trouble ?? NO_TROUBLE;
  }

  get packets(): number {
    return this.#side.packets;
  }
  get bytes(): number {
    return this.#side.bytes;
  }
  get payload(): number {
    return this.#side.payload;
  }
  get dataSegments(): number {
    return this.#side.dataSegments;
  }
  get retransmissions(): number {
    return this.#side.flagged.retransmissions;
  }
  get fastRetransmissions(): number {
    return this.#side.flagged.fastRetransmissions;
  }
  get spuriousRetransmissions(): number {
    return this.#side.flagged.spuriousRetransmissions;
  }
  get streamBytes(): number {
    return this.#side.handed;
  }
  get retransmittedBytes(): number {
    return this.#side.flagged.retransmittedBytes;
  }
  get duplicateAcks(): number {
    return this.#side.flagged.duplicateAcks;
  }
  get outOfOrder(): number {
    return this.#side.flagged.outOfOrder;
  }
  get zeroWindows(): number {
    return this.#side.flagged.zeroWindows;
  }
  get lostSegments(): number {
    return this.#side.flagged.lostSegments;
  }
  get ackLostSegments(): number {
    return this.#side.flagged.ackLostSegments;
  }
  get keepAlives(): number {
    return this.#side.flagged.keepAlives;
  }
  get windowFull(): number {
    return this.#side.flagged.windowFull;
  }
  get resets(): number {
    return this.#side.resets;
  }
  get fins(): number {
    return this.#side.fins;
  }
  get syns(): number {
    return this.#side.syns;
  }
  get offersSack(): boolean {
    return this.#side.offersSack;
  }
  get copies(): number {
    return this.#trouble.copies;
  }
  get spuriousCopies(): number {
    return this.#trouble.spuriousCopies;
  }
  get outOfOrderResent(): number {
    return this.#trouble.outOfOrderResent;
  }
  get lateSpurious(): number {
    return this.#trouble.lateSpurious;
  }
  get lateRetransmissions(): number {
    return this.#trouble.lateRetransmissions;
  }
  get lastDataFrame(): number {
    return this.#track.lastDataFrame;
  }
  get maxLength(): number {
    return this.#track.maxLength;
  }
  get maxLengthFrame(): number {
    return this.#track.maxLengthFrame;
  }
  get ackedMax(): number {
    return this.#track.ackedMax;
  }
  get restarts(): number {
    return this.#track.pauses?.restarts ?? 0;
  }
  get mss(): number | null {
    return this.#side.mss < 0 ? null : this.#side.mss;
  }
  get windowScale(): number | null {
    return this.#side.offeredScale < 0 ? null : this.#side.offeredScale;
  }
  get allAcked(): boolean {
    return ((this.#other.lastAck - this.#side.nextSeq) | 0) >= 0;
  }
  get lastTs(): number {
    return this.#seconds(this.#track.lastTime);
  }
  get firstDataTs(): number {
    return this.#seconds(this.#track.firstData);
  }
  get lastDataTs(): number {
    return this.#seconds(this.#track.lastData);
  }
  get keepAliveFrames(): readonly number[] {
    return this.#trouble.keepAliveFrames;
  }

  get rtt(): SideFacts['rtt'] {
    const { rtts, rttMin, rttSum, rttMax } = this.#side;
    return rtts === 0 ? null : { count: rtts, min_ms: rttMin / MS, mean_ms: rttSum / rtts / MS, max_ms: rttMax / MS };
  }

  get zeroWindow(): SideFacts['zeroWindow'] {
    const { openZero, zeroCount, zeroTotal, zeroLongest, zeros } = this.#trouble;
    if (zeroCount === 0) return NO_ZERO_WINDOW;
    const open = openZero && this.#zero(openZero);
    return {
      count: zeroCount,
      total_ms: zeroTotal / MS + (open?.lasted_ms ?? 0),
      longest_ms: Math.max(zeroLongest / MS, open?.lasted_ms ?? 0),
      open,
      episodes: zeros.map(episode => this.#zero(episode)),
    };
  }

  #zero({ frame, time, probes, reopenedFrame, reopenedTime }: ZeroWindow): ZeroWindowFacts {
    const isOpen = reopenedFrame === 0;
    const lasted_ms = Math.max(0, (isOpen ? this.#endTime : reopenedTime) - time) / MS;
    return { frame, ts: this.#seconds(time), probes, reopenedFrame: isOpen ? null : reopenedFrame, lasted_ms };
  }

  get repeats(): SideFacts['repeats'] {
    if (this.#trouble.repeats.length === 0) return NONE;
    return this.#trouble.repeats.map(({ length, times, frame, firstTime, lastFrame, lastTime, acked }) => {
      return { length, times, frame, ts: this.#seconds(firstTime), lastFrame, lastTs: this.#seconds(lastTime), acked };
    });
  }

  get gaps(): SideFacts['gaps'] {
    const { gapsTotal, gapsFilled, gapsAcked, gaps } = this.#trouble;
    if (gapsTotal === 0) return NO_GAPS;
    const kept = gaps.map(({ seq, end, frame, time, filled, acked }) => {
      return { frame, ts: this.#seconds(time), bytes: (end - seq) >>> 0, filled, acked };
    });
    return { total: gapsTotal, filled: gapsFilled, acked: gapsAcked, kept };
  }

  get twice(): SideFacts['twice'] {
    const { twice, twiceFrames } = this.#trouble;
    return { count: twice, frames: twiceFrames.map(({ frame, time }) => ({ frame, ts: this.#seconds(time) })) };
  }

  get unansweredRuns(): SideFacts['unansweredRuns'] {
    const { unansweredRuns, run } = this.#trouble;
    if (run === null && unansweredRuns.length === 0) return NONE;
    const isOver = run !== null && this.#endTime - run.time > Math.max(1e9, this.#flow.initialRtt * 3);
    return [...unansweredRuns, ...(isOver ? [run] : [])].map(({ frame, time, lastFrame, count }) => {
      return { frame, ts: this.#seconds(time), lastFrame, count };
    });
  }

  get keepAliveRun(): number {
    const { keepAliveTime, keepAliveRun, keepAliveMax } = this.#trouble;
    // The last one has no answer either when nothing came within a second.
    const isLate = keepAliveTime + 1e9 <= this.#endTime && !(this.#otherTrack.lastTime >= keepAliveTime);
    return Math.max(keepAliveMax, isLate ? keepAliveRun + 1 : 0);
  }

  get held(): SideFacts['held'] {
    const { held, heldTotal, heldFrames } = this.#track.pauses ?? NO_PAUSES;
    return { count: held, total_ms: heldTotal / MS, frames: heldFrames };
  }

  get bulk(): BulkFacts | null {
    if (this.#track.bulk === null) return null;
    this.#bulk ??= bulkOf(this.#track.bulk);
    return this.#bulk;
  }
}

function bulkOf(bulk: BulkTrack): BulkFacts {
  const { waits, maxWindow, maxInFlight } = bulk;
  const total = waits.reduce((sum, wait) => sum + wait, 0) || 1;
  const share = (limit: number): number => (waits[limit] ?? 0) / total;
  return {
    waits: {
      zeroWindow: share(LIMIT.zeroWindow),
      window: share(LIMIT.window),
      loss: share(LIMIT.loss),
      application: share(LIMIT.application),
      network: share(LIMIT.network),
    },
    maxWindow,
    maxInFlight,
    get samples() {
      const { rtt, inFlight } = bulk.samples;
      return Array.from(rtt, (value, i) => ({ rtt_ms: value / MS, inFlight: inFlight[i] ?? 0 }));
    },
  };
}

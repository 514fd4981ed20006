import type {
  BulkFacts,
  Mark,
  Note,
  NoteKind,
  Pair,
  Process,
  ResetFacts,
  SideFacts,
  TcpFacts,
  ZeroWindowFacts,
} from '../../detectors/facts';
import type { Mark as RawMark, TcpFlow } from '../flows';
import type { End } from '../piece';
import type { Note as RawNote, Sighting as RawSighting } from '../tcp-notes';
import { ANALYSIS, type TcpSide } from '../tcp-side';
import { type BulkTrack, LIMIT } from './bulk-track';
import { SideTrack, type ZeroWindow } from './tcp-track';

/** Converts a time of the analysis to seconds since 1970. */
export type ToSeconds = (time: number) => number;

const MS = 1e6;
/** A direction about which nothing was followed. */
const NOTHING = new SideTrack();

/** A TCP flow as detectors see it; what it shows is made when it is asked for. */
export class TcpView implements TcpFacts {
  readonly proto = 'tcp';
  readonly #flow: TcpFlow;
  readonly #seconds: ToSeconds;
  readonly #endTime: number;
  #marks: Record<'syns' | 'synAcks' | 'fins' | 'resets', readonly Mark[]> | undefined;
  #sides: Pair<SideFacts> | undefined;
  #contexts: readonly ResetFacts[] | undefined;

  /** @param endTime of the last packet of the capture */
  constructor(
    flow: TcpFlow,
    seconds: ToSeconds,
    endTime: number,
    readonly process: Process | null,
  ) {
    this.#flow = flow;
    this.#seconds = seconds;
    this.#endTime = endTime;
  }

  get number(): number {
    return this.#flow.number;
  }
  get a(): End {
    return this.#flow.a;
  }
  get b(): End {
    return this.#flow.b;
  }
  get firstFrame(): number {
    return this.#flow.firstFrame;
  }
  get firstTs(): number {
    return this.#seconds(this.#flow.firstTime);
  }
  get lastTs(): number {
    return this.#seconds(this.#flow.lastTime);
  }
  get syns(): readonly Mark[] {
    return this.#shown.syns;
  }
  get synAcks(): readonly Mark[] {
    return this.#shown.synAcks;
  }
  get fins(): readonly Mark[] {
    return this.#shown.fins;
  }
  get resets(): readonly Mark[] {
    return this.#shown.resets;
  }
  get initialRtt_ms(): number | null {
    return this.#flow.initialRtt > 0 ? this.#flow.initialRtt / MS : null;
  }
  get handshakeComplete(): boolean {
    return (this.#flow.completeness & 7) === 7;
  }
  get bothWays(): boolean {
    const [a, b] = this.#flow.sides;
    return a.packets > 0 && b.packets > 0;
  }
  get reusedPorts(): boolean {
    return this.#flow.reusedPorts;
  }
  get previous(): { lastTs: number; number: number } | null {
    const { previous } = this.#flow;
    return previous && { lastTs: this.#seconds(previous.lastTime), number: previous.number };
  }

  get sides(): Pair<SideFacts> {
    this.#sides ??= [this.#side(0), this.#side(1)];
    return this.#sides;
  }

  get resetContexts(): readonly ResetFacts[] {
    this.#contexts ??= (this.#flow.track?.resets ?? []).map(({ time, idle, ...rest }) => ({
      ...rest,
      ts: this.#seconds(time),
      idle_ms: idle / MS,
    }));
    return this.#contexts;
  }

  note(kind: NoteKind): Note | undefined {
    const note = this.#flow.notes?.get(ANALYSIS[kind]);
    return note && this.#note(note, kind === 'duplicateAck');
  }

  get #shown(): Record<'syns' | 'synAcks' | 'fins' | 'resets', readonly Mark[]> {
    const { syns, synAcks, fins, resets } = this.#flow;
    const shown = (marks: readonly RawMark[]): Mark[] => marks.map(({ time, ...mark }) => ({ ...mark, ts: this.#seconds(time) }));
    this.#marks ??= { syns: shown(syns), synAcks: shown(synAcks), fins: shown(fins), resets: shown(resets) };
    return this.#marks;
  }

  #note({ count, first, worst, last }: RawNote, isNumber: boolean): Note {
    const shown = ({ time, value, ...sighting }: RawSighting) => ({
      ...sighting,
      ts: this.#seconds(time),
      value: isNumber ? value : value / MS,
    });
    return { count, first: first.map(shown), worst: shown(worst), last: shown(last) };
  }

  #side(index: 0 | 1): SideFacts {
    const side = this.#flow.sides[index];
    const other = this.#flow.sides[index === 0 ? 1 : 0];
    const track = this.#flow.track?.sides[index] ?? NOTHING;
    const other_ = this.#flow.track?.sides[index === 0 ? 1 : 0] ?? NOTHING;
    const seconds = this.#seconds;
    const zero = (episode: ZeroWindow): ZeroWindowFacts => ({
      frame: episode.frame,
      ts: seconds(episode.time),
      probes: episode.probes,
      reopenedFrame: episode.reopenedFrame === 0 ? null : episode.reopenedFrame,
      lasted_ms: Math.max(0, (episode.reopenedFrame === 0 ? this.#endTime : episode.reopenedTime) - episode.time) / MS,
    });
    const open = track.openZero && zero(track.openZero);
    const longest = Math.max(track.zeroLongest / MS, open?.lasted_ms ?? 0);
    const runs = track.run && this.#endTime - track.run.time > Math.max(1e9, this.#flow.initialRtt * 3) ? [track.run] : [];
    // The window of the last ACK covers everything sent.
    const allAcked = ((other.lastAck - side.nextSeq) | 0) >= 0;
    // The last keep-alive has no answer either when nothing came within a second.
    const late = track.keepAliveTime + 1e9 <= this.#endTime && !(other_.lastTime >= track.keepAliveTime);
    return {
      packets: side.packets,
      bytes: side.bytes,
      payload: side.payload,
      dataSegments: side.dataSegments,
      retransmissions: side.retransmissions,
      fastRetransmissions: side.fastRetransmissions,
      spuriousRetransmissions: side.spuriousRetransmissions,
      retransmittedBytes: side.retransmittedBytes,
      duplicateAcks: side.duplicateAcks,
      outOfOrder: side.outOfOrder,
      zeroWindows: side.zeroWindows,
      lostSegments: side.lostSegments,
      ackLostSegments: side.ackLostSegments,
      keepAlives: side.keepAlives,
      windowFull: side.windowFull,
      resets: side.resets,
      fins: side.fins,
      syns: side.syns,
      mss: side.mss < 0 ? null : side.mss,
      windowScale: side.offeredScale < 0 ? null : side.offeredScale,
      offersSack: side.offersSack,
      allAcked,
      rtt: rttOf(side),
      lastTs: seconds(track.lastTime),
      firstDataTs: seconds(track.firstData),
      lastDataTs: seconds(track.lastData),
      lastDataFrame: track.lastDataFrame,
      maxLength: track.maxLength,
      maxLengthFrame: track.maxLengthFrame,
      ackedMax: track.ackedMax,
      zeroWindow: {
        count: track.zeroCount,
        total_ms: track.zeroTotal / MS + (open?.lasted_ms ?? 0),
        longest_ms: longest,
        open,
        episodes: track.zeros.map(zero),
      },
      repeats: track.repeats.map(({ length, times, frame, firstTime, lastFrame, lastTime, acked }) => {
        return { length, times, frame, ts: seconds(firstTime), lastFrame, lastTs: seconds(lastTime), acked };
      }),
      gaps: {
        total: track.gapsTotal,
        filled: track.gapsFilled,
        acked: track.gapsAcked,
        kept: track.gaps.map(({ seq, end, frame, time, filled, acked }) => {
          return { frame, ts: seconds(time), bytes: (end - seq) >>> 0, filled, acked };
        }),
      },
      unansweredRuns: [...track.unansweredRuns, ...runs].map(({ frame, time, lastFrame, count }) => {
        return { frame, ts: seconds(time), lastFrame, count };
      }),
      keepAliveRun: Math.max(track.keepAliveMax, late ? track.keepAliveRun + 1 : 0),
      keepAliveFrames: track.keepAliveFrames,
      held: { count: track.held, total_ms: track.heldTotal / MS, frames: track.heldFrames },
      restarts: track.restarts,
      bulk: track.bulk && bulkOf(track.bulk),
    };
  }
}

function rttOf({ rtts, rttMin, rttSum, rttMax }: TcpSide): SideFacts['rtt'] {
  if (rtts === 0) return null;
  return { count: rtts, min_ms: rttMin / MS, mean_ms: rttSum / rtts / MS, max_ms: rttMax / MS };
}

function bulkOf({ waits, maxWindow, maxInFlight, samples }: BulkTrack): BulkFacts {
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
    samples: Array.from(samples.rtt, (rtt, i) => ({ rtt_ms: rtt / MS, inFlight: samples.inFlight[i] ?? 0 })),
  };
}

import type { Mark, Note, NoteKind, Pair, Process, ResetFacts, SideFacts, TcpFacts } from '../../../detectors/flow-facts';
import type { TcpFlow } from '../../../packets/flows';
import { MARK, type MarkKind, marksOf } from '../../../packets/marks';
import type { End } from '../../../packets/piece';
import type { Note as RawNote, Sighting as RawSighting } from '../../../packets/tcp-notes';
import { ANALYSIS } from '../../../packets/tcp-side';
import { SideView } from './side-facts';

/** Converts a time of the analysis to seconds since 1970. */
export type ToSeconds = (time: number) => number;

const MS = 1e6;

/** What most flows have none of: one for all. */
const NONE: readonly never[] = [];

/** A TCP flow as detectors see it; what it shows is made when it is asked for. */
export class TcpView implements TcpFacts {
  readonly proto = 'tcp';
  readonly #flow: TcpFlow;
  readonly #seconds: ToSeconds;
  readonly #endTime: number;
  #syns: readonly Mark[] | undefined;
  #synAcks: readonly Mark[] | undefined;
  #fins: readonly Mark[] | undefined;
  #resets: readonly Mark[] | undefined;
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
    return (this.#syns ??= this.#marks(MARK.syn));
  }
  get synAcks(): readonly Mark[] {
    return (this.#synAcks ??= this.#marks(MARK.synAck));
  }
  get fins(): readonly Mark[] {
    return (this.#fins ??= this.#marks(MARK.fin));
  }
  get resets(): readonly Mark[] {
    return (this.#resets ??= this.#marks(MARK.reset));
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
    this.#sides ??= [
      new SideView(this.#flow, 0, this.#seconds, this.#endTime),
      new SideView(this.#flow, 1, this.#seconds, this.#endTime),
    ];
    return this.#sides;
  }

  get resetContexts(): readonly ResetFacts[] {
    const resets = this.#flow.track?.resets;
    if (resets === undefined || resets.length === 0) return NONE;
    this.#contexts ??= resets.map(({ time, idle, ...rest }) => ({ ...rest, ts: this.#seconds(time), idle_ms: idle / MS }));
    return this.#contexts;
  }

  note(kind: NoteKind): Note | undefined {
    const note = this.#flow.notes?.get(ANALYSIS[kind]);
    return note && this.#note(note, kind === 'duplicateAck');
  }

  #marks(kind: MarkKind): readonly Mark[] {
    const marks = marksOf(this.#flow.marks, kind);
    if (marks.length === 0) return NONE;
    return marks.map(({ frame, time, from, seq, ack, flags, window, ttl }) => {
      return { frame, ts: this.#seconds(time), from, seq, ack, flags, window, ttl };
    });
  }

  #note({ count, first, worst, last }: RawNote, isNumber: boolean): Note {
    const shown = ({ time, value, ...sighting }: RawSighting) => ({
      ...sighting,
      ts: this.#seconds(time),
      value: isNumber ? value : value / MS,
    });
    return { count, first: first.map(shown), worst: shown(worst), last: shown(last) };
  }
}

import type { Mark, Note, NoteKind, Pair, Process, ResetFacts, SideFacts, TcpFacts } from '../../detectors/facts';
import type { Mark as RawMark, TcpFlow } from '../flows';
import type { End } from '../piece';
import type { Note as RawNote, Sighting as RawSighting } from '../tcp-notes';
import { ANALYSIS } from '../tcp-side';
import { SideView } from './side-facts';

/** Converts a time of the analysis to seconds since 1970. */
export type ToSeconds = (time: number) => number;

const MS = 1e6;

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
    this.#sides ??= [
      new SideView(this.#flow, 0, this.#seconds, this.#endTime),
      new SideView(this.#flow, 1, this.#seconds, this.#endTime),
    ];
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
}

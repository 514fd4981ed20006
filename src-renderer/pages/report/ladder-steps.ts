import type { PacketLine } from '@shared/model/capture';

/** One arrow of the ladder: a packet, or a run of segments of one side with the ACKs for them. */
export interface Step {
  /** Number of its first packet. */
  packet: number;
  last: number;
  from: 'a' | 'b';
  /** Since the first packet of the flow. */
  time_ms: number;
  /** Without any packet before it. */
  pause_ms: number;
  kind: 'flags' | 'data' | 'ack';
  flags: string;
  /** Segments with payload, and their bytes. */
  segments: number;
  bytes: number;
  /** Pure ACKs of the other side within the run. */
  acks: number;
  window: number | null;
  notes: readonly string[];
  /** Packets it stands for. */
  lines: readonly PacketLine[];
}

/** A silence longer than this has a line of its own, and ends a run. */
export const PAUSE_MS = 200;
/** A run shorter than this is shown packet by packet. */
const SHORTEST_RUN = 4;
const BAD = new Set(['zero_window']);
/** Notes of an ordinary transfer: they end no run. */
const USUAL = new Set(['window_update']);

/** How an arrow is marked: broken off or stopped, lost or repeated, or nothing of it. */
export function troubleOf({ flags, notes }: Pick<Step, 'flags' | 'notes'>): 'critical' | 'warning' | null {
  if (flags.includes('R') || notes.some(note => BAD.has(note))) return 'critical';
  return notes.some(note => !USUAL.has(note) && !note.startsWith('keep_alive')) ? 'warning' : null;
}

const isPlain = ({ flags, notes }: PacketLine): boolean => !/[SFR]/.test(flags) && notes.every(note => USUAL.has(note));

/**
 * The packets of a flow as arrows, oldest first.
 * @param fold joins runs of ordinary segments of one side, with the ACKs for them
 * @param keep packets that stay arrows of their own: evidence, and the one that is marked
 */
export function ladderSteps(lines: readonly PacketLine[], fold: boolean, keep: ReadonlySet<number>): Step[] {
  const begin = lines[0]?.time_ms ?? 0;
  const steps: Step[] = [];
  let run: PacketLine[] = [];
  let before = begin;

  const push = (part: readonly PacketLine[]): void => {
    const [first] = part;
    const end = part.at(-1);
    if (!first || !end) return;
    const data = part.filter(({ length }) => length > 0);
    const from = (data[0] ?? first).from;
    steps.push({
      packet: first.packet,
      last: end.packet,
      from,
      time_ms: first.time_ms - begin,
      pause_ms: first.time_ms - before,
      kind: /[SFR]/.test(first.flags) ? 'flags' : data.length > 0 ? 'data' : 'ack',
      flags: first.flags,
      segments: data.length,
      bytes: data.reduce((sum, { length }) => sum + length, 0),
      acks: part.length - data.length,
      window: first.window,
      notes: [...new Set(part.flatMap(({ notes }) => notes))],
      lines: part,
    });
    before = end.time_ms;
  };
  const flush = (): void => {
    if (run.length >= SHORTEST_RUN) push(run);
    else for (const line of run) push([line]);
    run = [];
  };

  for (const line of lines) {
    const sender = run.find(({ length }) => length > 0)?.from;
    const fits =
      fold &&
      isPlain(line) &&
      !keep.has(line.packet) &&
      (run.length === 0 || line.time_ms - (run.at(-1)?.time_ms ?? 0) < PAUSE_MS) &&
      // Data of the other side is an answer, and stands by itself.
      (line.length === 0 || sender === undefined || sender === line.from);
    if (!fits) flush();
    if (fold && isPlain(line) && !keep.has(line.packet)) run.push(line);
    else push([line]);
  }
  flush();
  return steps;
}

const NAMES = [
  ['S', 'SYN'],
  ['F', 'FIN'],
  ['R', 'RST'],
] as const;

/** SYN, ACK for SA; what only pushes or confirms has no name. */
export function flagNames(flags: string): string {
  const names = NAMES.filter(([letter]) => flags.includes(letter)).map(([, name]) => name as string);
  if (flags.includes('A') && (names.length === 0 || flags.includes('S'))) names.push('ACK');
  return names.join(', ');
}

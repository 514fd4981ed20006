import { NetsondeError } from '@shared/errors';
import type { CaptureAnalysisResult, CapturedConnection, PacketLine } from '@shared/model/capture';
import { text } from '@shared/text/index';
import type { CaptureCaller, CaptureService } from './captures';

/** A flow as one of two captures saw it. */
export interface SeenFlow {
  lines: readonly PacketLine[];
  /** ms since 1970 of the instant from which the lines count, by the clock of that machine. */
  startMs: number;
  /** Its end `a` is the other capture's end `b`. */
  swapped: boolean;
}

export interface LostPacket {
  direction: 'a → b' | 'b → a';
  what: 'lost' | 'late';
  /** Number in the capture of who sent it. */
  packet: number;
  time_ms: number;
  seq: number | null;
  length: number;
  /** On the way, the clocks corrected; null for what never arrived. */
  delay_ms: number | null;
}

/** One direction between the two places of capture. */
export interface Stretch {
  direction: 'a → b' | 'b → a';
  sent: number;
  arrived: number;
  lost: number;
  /** Arrived, and not in the capture of who sent it: that capture has gaps. */
  not_seen_at_sender: number;
  delay_ms: { min: number; median: number; max: number } | null;
}

export interface BothEnds {
  /** Which capture was taken nearer to end `a`. */
  near_a: 'first' | 'second';
  /** The second machine's clock minus the first one's, with the delay taken for the same both ways. */
  clock_offset_ms: number;
  stretches: [Stretch, Stretch];
  packets: LostPacket[];
}

interface Seen {
  line: PacketLine;
  from: 'a' | 'b';
  atMs: number;
  /** The same packet in the other capture. */
  twin: Seen | null;
}

/**
 * One flow as two captures or files saw it.
 * @param stream number of the flow in the first one; null: the largest that stands in both
 * @throws NetsondeError not_found when they share none, or too little of it
 */
export async function bothEnds(
  captures: Pick<CaptureService, 'report' | 'packets'>,
  sessions: readonly [string, string],
  stream: number | null,
  caller: CaptureCaller,
): Promise<BothEnds & { stream: number }> {
  const [one, two] = [captures.report(sessions[0], caller), captures.report(sessions[1], caller)];
  const common = commonFlow(one.analysis, two.analysis, stream);
  if (!common) throw new NetsondeError('not_found', text('captures.no_common_flow'));
  const [here, there] = await Promise.all([captures.packets(one.id, common.stream), captures.packets(two.id, common.other)]);
  const joined = joinEnds(
    { lines: here.lines, startMs: startOf(one.analysis), swapped: false },
    { lines: there.lines, startMs: startOf(two.analysis), swapped: common.swapped },
  );
  if (!joined) throw new NetsondeError('not_found', text('captures.no_common_packets', { stream: common.stream }));
  return { ...joined, stream: common.stream };
}

/** Later than the fastest by so much is worth naming: a queue, not a jitter. */
const LATE_MS = 20;
const MAX_NAMED = 500;

/**
 * Joins what two machines captured of one TCP flow, packet by packet, and tells on which stretch each one went missing.
 * Clocks may differ by any amount: the offset follows from the fastest packets of both directions (as in RFC 5905 section 8).
 * @returns null when too little stands in both to tell the clocks apart: a packet of each direction at least
 */
export function joinEnds(first: SeenFlow, second: SeenFlow): BothEnds | null {
  const one = seenBy(first);
  const two = seenBy(second);
  match(one, two, Number.NaN);
  const offset = offsetOf(one);
  if (!offset) return null;
  // Once the clocks are known, a copy that was sent again is told from the one that arrived.
  match(one, two, offset.offsetMs);
  const nearA = offset.firstIsNearA ? one : two;
  const nearB = offset.firstIsNearA ? two : one;
  const correction = offset.firstIsNearA ? offset.offsetMs : -offset.offsetMs;
  const packets: LostPacket[] = [];
  const stretches: BothEnds['stretches'] = [
    stretchOf('a → b', 'a', nearA, nearB, correction, packets),
    stretchOf('b → a', 'b', nearB, nearA, -correction, packets),
  ];
  packets.sort((x, y) => x.time_ms - y.time_ms);
  return {
    near_a: offset.firstIsNearA ? 'first' : 'second',
    clock_offset_ms: round(offset.offsetMs),
    stretches,
    packets: packets.slice(0, MAX_NAMED),
  };
}

function seenBy({ lines, startMs, swapped }: SeenFlow): Seen[] {
  return lines.map(line => ({
    line,
    from: swapped ? (line.from === 'a' ? 'b' : 'a') : line.from,
    atMs: startMs + line.time_ms,
    twin: null,
  }));
}

/** The same bytes of the same header: a packet on its way changes neither. */
const keyOf = ({ from, line: { flags, seq, ack, length, window } }: Seen): string =>
  `${from} ${flags} ${seq} ${ack} ${length} ${window}`;

/** @param offsetMs of the clocks; NaN while unknown: then only what stands once in both is matched */
function match(one: readonly Seen[], two: readonly Seen[], offsetMs: number): void {
  const known = offsetMs === offsetMs;
  const there = Map.groupBy(two, keyOf);
  for (const each of two) each.twin = null;
  for (const [key, mine] of Map.groupBy(one, keyOf)) {
    const theirs = there.get(key) ?? [];
    for (const each of mine) each.twin = null;
    if (!known) {
      const [single] = mine;
      const [other] = theirs;
      if (mine.length === 1 && theirs.length === 1 && single && other) pair(single, other);
      continue;
    }
    // Each copy that arrived is the nearest one of those that were sent.
    const pairs = mine.flatMap(mineOne =>
      theirs.map(other => ({ mineOne, other, gap: Math.abs(other.atMs - offsetMs - mineOne.atMs) })),
    );
    for (const { mineOne, other } of pairs.sort((x, y) => x.gap - y.gap)) {
      if (mineOne.twin === null && other.twin === null) pair(mineOne, other);
    }
  }
}

function pair(one: Seen, other: Seen): void {
  one.twin = other;
  other.twin = one;
}

function offsetOf(one: readonly Seen[]): { offsetMs: number; firstIsNearA: boolean } | null {
  const differences = (from: 'a' | 'b'): number[] =>
    one.flatMap(({ from: sender, atMs, twin }) => (sender === from && twin ? [twin.atMs - atMs] : []));
  const fromA = differences('a');
  const fromB = differences('b');
  if (fromA.length === 0 || fromB.length === 0) return null;
  // What `a` sends comes later to whoever is further from it; what `b` sends, earlier.
  const firstIsNearA = least(fromA) >= most(fromB);
  const [a, b] = firstIsNearA ? [least(fromA), most(fromB)] : [most(fromA), least(fromB)];
  return { offsetMs: (a + b) / 2, firstIsNearA };
}

function stretchOf(
  direction: Stretch['direction'],
  from: 'a' | 'b',
  sender: readonly Seen[],
  receiver: readonly Seen[],
  correction: number,
  named: LostPacket[],
): Stretch {
  const sent = sender.filter(each => each.from === from);
  const arrived = receiver.filter(each => each.from === from);
  const delays = sent.flatMap(({ atMs, twin }) => (twin ? [twin.atMs - correction - atMs] : [])).sort((x, y) => x - y);
  const fastest = delays[0] ?? 0;
  for (const { line, atMs, twin } of sent) {
    const { packet, time_ms, seq, length } = line;
    const delay = twin ? twin.atMs - correction - atMs : null;
    if (delay === null) named.push({ direction, what: 'lost', packet, time_ms, seq, length, delay_ms: null });
    else if (delay - fastest > LATE_MS)
      named.push({ direction, what: 'late', packet, time_ms, seq, length, delay_ms: round(delay) });
  }
  return {
    direction,
    sent: sent.length,
    arrived: arrived.length,
    lost: sent.filter(({ twin }) => twin === null).length,
    not_seen_at_sender: arrived.filter(({ twin }) => twin === null).length,
    delay_ms:
      delays.length === 0
        ? null
        : {
            min: round(fastest),
            median: round(delays[Math.floor(delays.length / 2)] ?? fastest),
            max: round(delays.at(-1) ?? fastest),
          },
  };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
const round = (ms: number): number => Math.round(ms * 1e3) / 1e3;

/** The flow of two reports that has most bytes, or the one asked for, whoever began it there. */
function commonFlow(
  one: CaptureAnalysisResult | null,
  two: CaptureAnalysisResult | null,
  stream: number | null,
): { stream: number; other: number; swapped: boolean } | null {
  const key = (a: CapturedConnection['a'], b: CapturedConnection['b']): string => `${a.addr} ${a.port} ${b.addr} ${b.port}`;
  const there = new Map(two?.connection_analysis.connections.map(flow => [key(flow.a, flow.b), flow.stream]));
  const bytes = ({ bytes_ab, bytes_ba }: CapturedConnection): number => bytes_ab + bytes_ba;
  const wanted = (one?.connection_analysis.connections ?? []).filter(flow => stream === null || flow.stream === stream);
  for (const flow of wanted.toSorted((x, y) => bytes(y) - bytes(x))) {
    const straight = there.get(key(flow.a, flow.b));
    const other = straight ?? there.get(key(flow.b, flow.a));
    if (other !== undefined) return { stream: flow.stream, other, swapped: straight === undefined };
  }
  return null;
}

/** ms since 1970 of the first packet, as exact as the report says it. */
function startOf(analysis: CaptureAnalysisResult | null): number {
  const [whole = '', fraction = ''] = (analysis?.first ?? '').replace('Z', '').split('.');
  return Date.parse(`${whole}Z`) + Number(`0.${fraction}`) * 1_000;
}

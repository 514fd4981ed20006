import type { PacketLine } from '@shared/model/capture';

/** The course of a flow in equal slots of time. null: nothing is known of that slot. */
export interface FlowSeries {
  /** Of the first packet, since the beginning of the capture. */
  from_ms: number;
  slot_ms: number;
  /** bit/s of payload, by sender. */
  throughput: { a: number[]; b: number[] };
  /** Greatest bytes sent and not confirmed, by sender; null before the first segment. */
  inFlight: { a: (number | null)[]; b: (number | null)[] };
  /** Smallest window field, by who announced it. */
  window: { a: (number | null)[]; b: (number | null)[] };
  /** ms from a segment to the ACK for it, mean of the slot, by sender. */
  roundTrip: { a: (number | null)[]; b: (number | null)[] };
  /** Packets sent again. */
  again: number[];
  isTcp: boolean;
}

const SLOTS = 120;
const AGAIN = new Set(['retransmission', 'fast_retransmission', 'spurious_retransmission']);

interface Sender {
  /** Highest sequence number sent, and confirmed by the other side. */
  sent: number | null;
  acked: number | null;
  /** Segments that wait for their ACK; a repeated one tells no round trip (Karn). */
  waiting: { end: number; at_ms: number }[];
}

/** @param lines of one flow, oldest first; @returns null for less than two packets or no time between them */
export function flowSeries(lines: readonly PacketLine[]): FlowSeries | null {
  const [first] = lines;
  const end = lines.at(-1);
  if (!first || !end || end.time_ms <= first.time_ms) return null;
  const slot_ms = (end.time_ms - first.time_ms) / SLOTS;
  const zeros = (): number[] => Array.from({ length: SLOTS }, () => 0);
  const unknown = (): (number | null)[] => Array.from({ length: SLOTS }, () => null);
  const series: FlowSeries = {
    from_ms: first.time_ms,
    slot_ms,
    throughput: { a: zeros(), b: zeros() },
    inFlight: { a: unknown(), b: unknown() },
    window: { a: unknown(), b: unknown() },
    roundTrip: { a: unknown(), b: unknown() },
    again: zeros(),
    isTcp: first.seq !== null,
  };
  /** As it was at the end of each slot, for the slots without packets after it. */
  const left = { inFlight: { a: unknown(), b: unknown() }, window: { a: unknown(), b: unknown() } };
  const trips = { a: unknown().map(() => ({ sum: 0, count: 0 })), b: unknown().map(() => ({ sum: 0, count: 0 })) };
  const senders: Record<'a' | 'b', Sender> = {
    a: { sent: null, acked: null, waiting: [] },
    b: { sent: null, acked: null, waiting: [] },
  };
  for (const { time_ms, from, flags, seq, ack, length, window, notes } of lines) {
    const at = Math.min(SLOTS - 1, Math.floor((time_ms - first.time_ms) / slot_ms));
    const isAgain = notes.some(note => AGAIN.has(note));
    if (isAgain) series.again[at] = (series.again[at] ?? 0) + 1;
    series.throughput[from][at] = (series.throughput[from][at] ?? 0) + (length * 8_000) / slot_ms;
    if (seq === null) continue;
    const to = from === 'a' ? 'b' : 'a';
    const own = senders[from];
    const other = senders[to];
    if (length > 0) {
      const last = seq + length;
      if (own.sent === null || last > own.sent) own.sent = last;
      if (isAgain) own.waiting = own.waiting.filter(({ end: until }) => until !== last);
      else own.waiting.push({ end: last, at_ms: time_ms });
    }
    if (ack !== null) {
      other.acked = Math.max(other.acked ?? ack, ack);
      while (other.waiting[0] && other.waiting[0].end <= ack) {
        const segment = other.waiting.shift();
        const trip = trips[to][at];
        if (segment && trip) {
          trip.sum += time_ms - segment.at_ms;
          trip.count += 1;
        }
      }
    }
    for (const [side, sender] of [
      [from, own],
      [to, other],
    ] as const) {
      if (sender.sent === null) continue;
      const open = Math.max(0, sender.sent - (sender.acked ?? 1));
      series.inFlight[side][at] = Math.max(series.inFlight[side][at] ?? 0, open);
      left.inFlight[side][at] = open;
    }
    // The window of a SYN is never scaled, and that of a reset means nothing.
    if (window !== null && !/[SR]/.test(flags)) {
      series.window[from][at] = Math.min(series.window[from][at] ?? window, window);
      left.window[from][at] = window;
    }
  }
  for (const side of ['a', 'b'] as const) {
    series.roundTrip[side] = trips[side].map(({ sum, count }) => (count > 0 ? sum / count : null));
    series.inFlight[side] = heldOn(series.inFlight[side], left.inFlight[side]);
    series.window[side] = heldOn(series.window[side], left.window[side]);
  }
  return series;
}

/** What was announced or open stays so until another packet says something else. */
function heldOn(values: readonly (number | null)[], left: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return values.map((value, at) => {
    const held = value ?? last;
    last = left[at] ?? last;
    return held;
  });
}

import type { EventsBlind, KernelEventBatch, LiveEvent } from '@shared/model/event';
import type { Coverage } from '@shared/model/source';

/** Rows kept: at 500 rows a batch and ten batches a second, one second. */
export const TIMELINE_ROWS = 5_000;

/** What stands between the events because it is not one: a list that leaves something out says so where it does. */
export type Mark =
  | { kind: 'skipped' | 'lost'; count: number }
  | { kind: 'gap'; from_ms: number; to_ms: number | null; reason: string };

export type TimelineRow =
  | { key: string; at_ms: number; event: LiveEvent; mark: null }
  | { key: string; at_ms: number; event: null; mark: Mark };

/** Oldest first. */
export type Timeline = Map<string, TimelineRow>;

export interface Seen {
  blind: EventsBlind | null;
  coverage: Coverage;
}

const SECOND_MS = 1_000;

function eventRow(event: LiveEvent): TimelineRow {
  return { key: `e${event.id}`, at_ms: event.at_ms, event, mark: null };
}

function gapRow({ from, to, reason }: Coverage['gaps'][number]): TimelineRow {
  const from_ms = Date.parse(from);
  const mark: Mark = { kind: 'gap', from_ms, to_ms: to === null ? null : Date.parse(to), reason };
  return { key: `gap${from}`, at_ms: from_ms, event: null, mark };
}

/** One row a second says how many are left out, however many batches left some out. */
function count(table: Timeline, kind: 'skipped' | 'lost', at_ms: number, more: number): void {
  if (more <= 0) return;
  const key = `${kind}${Math.floor(at_ms / SECOND_MS)}`;
  const known = table.get(key);
  const before = known?.mark?.kind === kind ? known.mark.count : 0;
  table.set(key, { key, at_ms: known?.at_ms ?? at_ms, event: null, mark: { kind, count: before + more } });
}

/**
 * Applies a batch to the timeline, in place: ten times a second a copy of 5,000 rows would be most of the work.
 * @param before coverage of the batch before; null for the first
 */
export function applyBatch(table: Timeline, batch: KernelEventBatch, before: Coverage | null, nowMs: number): void {
  if (batch.snapshot) {
    table.clear();
    const oldest = batch.events[0]?.at_ms ?? Number.NEGATIVE_INFINITY;
    // A gap before the oldest row would stand at the end of the list, beside nothing.
    const gaps = batch.coverage.gaps.map(gapRow).filter(({ at_ms }) => at_ms >= oldest);
    const rows = [...batch.events.map(eventRow), ...gaps].sort((a, b) => a.at_ms - b.at_ms);
    for (const row of rows) table.set(row.key, row);
    return;
  }
  const at_ms = batch.events[0]?.at_ms ?? nowMs;
  for (const gap of batch.coverage.gaps) {
    const row = gapRow(gap);
    const known = table.get(row.key);
    const isOver = known?.mark?.kind === 'gap' && known.mark.to_ms === null && gap.to !== null;
    const isNew = !before?.gaps.some(({ from }) => from === gap.from);
    if (isOver || (isNew && !known)) table.set(row.key, row);
  }
  if (before) count(table, 'lost', at_ms, batch.coverage.lost - before.lost);
  count(table, 'skipped', at_ms, batch.skipped);
  for (const event of batch.events) {
    const row = eventRow(event);
    table.set(row.key, row);
  }
  if (table.size <= TIMELINE_ROWS) return;
  let excess = table.size - TIMELINE_ROWS;
  for (const key of table.keys()) {
    if (excess-- <= 0) break;
    table.delete(key);
  }
}

/** Rows that are events. */
export function eventsOf(rows: Iterable<TimelineRow>): LiveEvent[] {
  const events: LiveEvent[] = [];
  for (const { event } of rows) if (event) events.push(event);
  return events;
}

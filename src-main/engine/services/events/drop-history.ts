import { dropReasonWords } from '@shared/drop-reasons/index';
import { eventFilterRow } from '@shared/filter/event-row';
import { matchesFilter } from '@shared/filter/filter';
import type { DropCount, DropEvent, DropList, DropSummary } from '@shared/model/drop';
import type { LiveEvent } from '@shared/model/event';
import { type Language, type TextKey, text, translate } from '@shared/text/index';
import { EVENT, KIND } from '../../collectors/events/read-event';
import type { Host } from '../../hosts/host';
import { endText, isWanted } from './attempts';
import { catchUp, type EventParts, type EventQuestion, readEventFilter, readSince, tellSource } from './reader';

export interface DropQuestion extends EventQuestion {
  reason?: string | undefined;
  include_benign: boolean;
}
export interface DropListQuestion extends DropQuestion {
  since?: string | undefined;
  max_events: number;
  offset: number;
}
export interface DropSummaryQuestion extends DropQuestion {
  duration: number;
}

/** Packets the kernel threw away, newest first. */
export async function listDrops(parts: EventParts, host: Host, question: DropListQuestion): Promise<DropList> {
  const startedMs = parts.clock.wallMs();
  const sinceMs = readSince(question.since);
  await catchUp(parts, host, 'packets');
  const { drops } = findDrops(parts, question, sinceMs);
  const page = drops.slice(question.offset, question.offset + question.max_events);
  const end = question.offset + page.length;
  const truncated = end < drops.length;
  return {
    ...asked(host, question),
    since: question.since ?? null,
    events: page.map(drop => rowOf(drop, question.language)),
    total: drops.length,
    truncated,
    next_offset: truncated ? end : null,
    ...tellSource(parts, 'packets', startedMs, sinceMs, question.language, hiddenCaveat(parts, drops, question.language)),
  };
}

/** The same in numbers. */
export async function summarizeDrops(parts: EventParts, host: Host, question: DropSummaryQuestion): Promise<DropSummary> {
  const startedMs = parts.clock.wallMs();
  await catchUp(parts, host, 'packets');
  const sinceMs = startedMs - question.duration * 1_000;
  const counted = countDrops(parts, question, sinceMs);
  const { drops, fromTotals } = counted;
  const words = (key: TextKey): string => translate(text(key), question.language);
  const caveats = [...(fromTotals ? [words('events.from_totals')] : []), ...hiddenCaveat(parts, drops, question.language)];
  const byReason = sums(drops, ({ reason }) => reason);
  const names = new Map(drops.map(({ pid, program }) => [String(pid), program] as const));
  const benignNames = new Set(drops.filter(({ benign }) => benign).map(({ reason }) => reason));
  return {
    ...asked(host, question),
    duration: question.duration,
    count: drops.reduce((sum, { count }) => sum + count, counted.other),
    benign: counted.benign,
    by_reason: Object.fromEntries(byReason),
    reasons: byReason.map(([reason, count]) => ({
      reason,
      count,
      benign: benignNames.has(reason),
      ...dropReasonWords(reason, question.language),
    })),
    by_process: sums(drops, ({ pid }) => String(pid)).map(([pid, count]) => ({
      pid: pid === 'null' ? null : Number(pid),
      program: names.get(pid) ?? '-',
      count,
    })),
    by_location: sums(drops, ({ location }) => location ?? '').map(([location, count]) => ({
      location: location || null,
      count,
    })),
    query_time: new Date(startedMs).toISOString(),
    ...tellSource(parts, 'packets', startedMs, sinceMs, question.language, caveats, fromTotals),
  };
}

interface Counted {
  drops: readonly DropCount[];
  /** In no row: more sorts in a second than are kept apart. */
  other: number;
  benign: number;
  fromTotals: boolean;
}

/** From the drops themselves; where a flood has pushed them out, from what was counted each second as they came. */
function countDrops(parts: EventParts, question: DropSummaryQuestion, sinceMs: number): Counted {
  const { store, watch, seconds } = parts;
  const keptBootMs = store.keptSinceBootMs('packets');
  const totals =
    keptBootMs !== null && keptBootMs + watch.bootToWallMs > sinceMs && question.query === undefined
      ? seconds.dropsSince(sinceMs)
      : null;
  if (!totals) {
    const { drops, benign } = findDrops(parts, question, sinceMs);
    const rows = drops.map(({ reason, benign: isBenign, pid, program, location }) => ({
      reason: reason ?? '-',
      benign: isBenign,
      pid,
      program,
      location,
      count: 1,
    }));
    return { drops: rows, other: 0, benign, fromTotals: false };
  }
  const { pid, process_name, include_benign } = question;
  const reason = plainReason(question.reason);
  const matching = totals.drops.filter(
    drop =>
      (pid === undefined || drop.pid === pid) &&
      (process_name === undefined || drop.program.toLowerCase() === process_name.toLowerCase()) &&
      (reason === undefined || drop.reason === reason),
  );
  const isNarrow = pid !== undefined || process_name !== undefined || reason !== undefined;
  return {
    drops: matching.filter(({ benign }) => include_benign || !benign),
    other: isNarrow ? 0 : totals.other,
    benign: matching.reduce((sum, { benign, count }) => sum + (benign ? count : 0), 0),
    fromTotals: true,
  };
}

/** NO_SOCKET, however it was written. */
const plainReason = (reason: string | undefined): string | undefined => reason?.toUpperCase().replace(/^SKB_(DROP_REASON_)?/, '');

/** Sums by a key, largest first. */
function sums(drops: readonly DropCount[], key: (drop: DropCount) => string): [string, number][] {
  const found = new Map<string, number>();
  for (const drop of drops) found.set(key(drop), (found.get(key(drop)) ?? 0) + drop.count);
  return [...found].sort((a, b) => b[1] - a[1]);
}

/** Drops that match, newest first; `benign` counts those among them that are no loss, left out or not. */
export function findDrops(
  parts: EventParts,
  question: DropQuestion,
  sinceMs: number | null,
): { drops: LiveEvent[]; benign: number } {
  const filter = readEventFilter(question.query);
  const reason = plainReason(question.reason);
  const program = question.process_name?.toLowerCase();
  const drops: LiveEvent[] = [];
  let benign = 0;
  const sinceBootMs = sinceMs === null ? 0 : sinceMs - parts.watch.bootToWallMs;
  parts.store.newestFirst('packets', sinceBootMs, (bytes, at, id) => {
    if (bytes[at + EVENT.kind] !== KIND.drop || !isWanted(bytes, at, { pid: question.pid, program })) return;
    const value = bytes.readUInt32LE(at + EVENT.reason);
    if (reason !== undefined && parts.describer.reasonName(value) !== reason) return;
    const isBenign = parts.describer.isBenign(value);
    if (isBenign && !question.include_benign && !filter) {
      benign++;
      return;
    }
    const drop = parts.describer.live(bytes, at, id);
    if (filter && !matchesFilter(filter, eventFilterRow(drop))) return;
    if (isBenign) benign++;
    if (!isBenign || question.include_benign) drops.push(drop);
  });
  return { drops, benign };
}

function rowOf(drop: LiveEvent, language: Language): DropEvent {
  const local = drop.local_ip ? endText(drop.local_ip, drop.local_port ?? 0) : '-';
  const foreign = drop.foreign_ip ? endText(drop.foreign_ip, drop.foreign_port ?? 0) : '-';
  const reason = drop.reason ?? '-';
  return {
    id: String(drop.id),
    time: new Date(drop.at_ms).toISOString(),
    reason,
    reason_text: dropReasonWords(reason, language).text,
    benign: drop.benign,
    protocol: drop.protocol,
    source: drop.direction === 'inbound' ? foreign : local,
    destination: drop.direction === 'inbound' ? local : foreign,
    direction: drop.direction,
    pid: drop.pid,
    program: drop.program,
    attribution: drop.attribution,
    location: drop.location,
    interface: drop.interface,
    netns: drop.netns,
    length: drop.length,
  };
}

function asked(host: Host, question: DropQuestion) {
  return {
    host: host.name,
    pid: question.pid ?? null,
    process_name: question.process_name ?? null,
    reason: question.reason ?? null,
    query: question.query ?? null,
    include_benign: question.include_benign,
  };
}

/** Only the kernel's own events have a location to be named. */
function hiddenCaveat({ describer, feed }: EventParts, drops: readonly unknown[], language: Language): string[] {
  return drops.length > 0 && feed.source.reason === null && describer.locationsHidden
    ? [translate(text('events.locations_hidden'), language)]
    : [];
}

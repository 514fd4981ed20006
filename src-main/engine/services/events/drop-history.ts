import { dropReasonWords } from '@shared/drop-reasons/index';
import { eventFilterRow } from '@shared/filter/event-row';
import { matchesFilter } from '@shared/filter/filter';
import type { DropEvent, DropList, DropSummary } from '@shared/model/drop';
import type { LiveEvent } from '@shared/model/event';
import { type Language, text, translate } from '@shared/text/index';
import { EVENT, KIND } from '../../collectors/events/read-event';
import type { Host } from '../../hosts/host';
import { endText, isWanted } from './attempts';
import { catchUp, type EventParts, type EventQuestion, readEventFilter, readSince, tally, tellSource } from './reader';

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
  const { drops, benign } = findDrops(parts, question, sinceMs);
  const byReason = tally(drops, ({ reason }) => reason ?? '-');
  return {
    ...asked(host, question),
    duration: question.duration,
    count: drops.length,
    benign,
    by_reason: Object.fromEntries(byReason),
    reasons: byReason.map(([reason, count]) => ({
      reason,
      count,
      benign: drops.some(drop => drop.reason === reason && drop.benign),
      ...dropReasonWords(reason, question.language),
    })),
    by_process: topProcesses(drops),
    by_location: tally(drops, ({ location }) => location ?? '').map(([location, count]) => ({
      location: location || null,
      count,
    })),
    query_time: new Date(startedMs).toISOString(),
    ...tellSource(parts, 'packets', startedMs, sinceMs, question.language, hiddenCaveat(parts, drops, question.language)),
  };
}

/** Drops that match, newest first; `benign` counts those among them that are no loss, left out or not. */
export function findDrops(
  parts: EventParts,
  question: DropQuestion,
  sinceMs: number | null,
): { drops: LiveEvent[]; benign: number } {
  const filter = readEventFilter(question.query);
  const reason = question.reason?.toUpperCase().replace(/^SKB_(DROP_REASON_)?/, '');
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

function topProcesses(drops: readonly LiveEvent[]): DropSummary['by_process'] {
  const named = new Map(drops.map(({ pid, program }) => [String(pid), program] as const));
  return tally(drops, ({ pid }) => String(pid)).map(([pid, count]) => ({
    pid: pid === 'null' ? null : Number(pid),
    program: named.get(pid) ?? '-',
    count,
  }));
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

function hiddenCaveat({ describer }: EventParts, drops: readonly LiveEvent[], language: Language): string[] {
  return drops.length > 0 && describer.locationsHidden ? [translate(text('events.locations_hidden'), language)] : [];
}

import { matchesFilter } from '@shared/filter/filter';
import type { ConnectionEvent, ConnectionEventList, NetworkSummary } from '@shared/model/event';
import type { Language } from '@shared/text/index';
import { text, translate } from '@shared/text/index';
import { protocolName } from '../../collectors/events/read-event';
import type { Host } from '../../hosts/host';
import { type Attempt, attemptFilterRow, attemptRow, collectAttempts, destinationOf, isOutbound, resultOf } from './attempts';
import { catchUp, type EventParts, type EventQuestion, readEventFilter, readSince, tally, tellSource } from './reader';

export interface ListQuestion extends EventQuestion {
  since?: string | undefined;
  max_events: number;
  offset: number;
}
export interface SummaryQuestion extends EventQuestion {
  duration: number;
}

const TOP = 10;

/** What processes tried, newest first. */
export async function listConnectionEvents(parts: EventParts, host: Host, question: ListQuestion): Promise<ConnectionEventList> {
  const startedMs = parts.clock.wallMs();
  const sinceMs = readSince(question.since);
  await catchUp(parts, host, 'connections');
  const attempts = findAttempts(parts, question, sinceMs, true);
  const page = attempts.slice(question.offset, question.offset + question.max_events);
  const end = question.offset + page.length;
  const truncated = end < attempts.length;
  return {
    host: host.name,
    pid: question.pid ?? null,
    process_name: question.process_name ?? null,
    query: question.query ?? null,
    since: question.since ?? null,
    events: page.map(attempt => rowOf(parts, attempt)),
    total: attempts.length,
    truncated,
    next_offset: truncated ? end : null,
    ...tellSource(parts, 'connections', startedMs, sinceMs, question.language, udpCaveat(attempts, question.language)),
  };
}

/** The same in numbers. */
export async function summarizeConnections(parts: EventParts, host: Host, question: SummaryQuestion): Promise<NetworkSummary> {
  const startedMs = parts.clock.wallMs();
  await catchUp(parts, host, 'connections');
  const sinceMs = startedMs - question.duration * 1_000;
  const all = findAttempts(parts, question, sinceMs, true);
  const inbound = all.filter(attempt => attempt.began.kind !== 'unix_connect' && !isOutbound(attempt));
  const outbound = all.filter(attempt => attempt.began.kind !== 'unix_connect' && isOutbound(attempt));
  const results = tally(outbound, resultOf);
  const count = (result: string): number => results.find(([name]) => name === result)?.[1] ?? 0;
  const failed = results.filter(([name]) => name !== 'ok' && name !== 'in progress' && name !== 'sent');
  const failedAt = new Map(tally(outbound.filter(isFailed), destinationOf));
  return {
    host: host.name,
    pid: question.pid ?? null,
    process_name: question.process_name ?? null,
    query: question.query ?? null,
    duration: question.duration,
    count: outbound.length,
    succeeded: count('ok'),
    failed: Object.fromEntries(failed),
    failed_total: failed.reduce((sum, [, number]) => sum + number, 0),
    in_progress: count('in progress'),
    sent: count('sent'),
    inbound: inbound.length,
    local_sockets: all.length - inbound.length - outbound.length,
    by_protocol: Object.fromEntries(tally(outbound, ({ began }) => protocolName(began))),
    latency_ms: latenciesOf(outbound),
    top_destinations: tally(outbound, destinationOf)
      .slice(0, TOP)
      .map(([destination, number]) => ({ destination, count: number, failed: failedAt.get(destination) ?? 0 })),
    top_processes: topProcesses(outbound),
    query_time: new Date(startedMs).toISOString(),
    ...tellSource(parts, 'connections', startedMs, sinceMs, question.language, udpCaveat(outbound, question.language)),
  };
}

/** @param sinceMs null: everything that is kept */
export function findAttempts(parts: EventParts, question: EventQuestion, sinceMs: number | null, local: boolean): Attempt[] {
  const filter = readEventFilter(question.query);
  const attempts = collectAttempts(parts.store, {
    sinceBootMs: sinceMs === null ? 0 : sinceMs - parts.watch.bootToWallMs,
    pid: question.pid,
    program: question.process_name?.toLowerCase(),
    local,
  });
  if (!filter) return attempts;
  return attempts.filter(attempt => matchesFilter(filter, attemptFilterRow(rowOf(parts, attempt), attempt)));
}

export function rowOf({ describer, origins, watch }: EventParts, attempt: Attempt): ConnectionEvent {
  return attemptRow(attempt, describer, origins, watch.bootToWallMs);
}

export function isFailed(attempt: Attempt): boolean {
  const result = resultOf(attempt);
  return result !== 'ok' && result !== 'in progress' && result !== 'sent';
}

/** Two processes of one name are two. */
export function topProcesses(attempts: readonly Attempt[]): { pid: number | null; program: string; count: number }[] {
  const named = new Map(attempts.map(({ began }) => [String(began.pid), began.comm] as const));
  return tally(attempts, ({ began }) => String(began.pid))
    .slice(0, TOP)
    .map(([pid, count]) => ({ pid: Number(pid) || null, program: named.get(pid) || '-', count }));
}

function latenciesOf(attempts: readonly Attempt[]): NetworkSummary['latency_ms'] {
  const values = attempts
    .flatMap(({ outcome }) => (outcome?.kind === 'connected' && outcome.latency_ms > 0 ? [outcome.latency_ms] : []))
    .sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 1_000) / 1_000;
  return values.length === 0 ? null : { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}

function udpCaveat(attempts: readonly Attempt[], language: Language): string[] {
  return attempts.some(({ began }) => began.kind === 'udp_flow') ? [translate(text('events.udp'), language)] : [];
}

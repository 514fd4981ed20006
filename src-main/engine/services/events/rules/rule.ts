import type { PatternFinding, PatternRule } from '@shared/model/patterns';
import type { Text } from '@shared/text/index';

/** An attempt as the rules look at it. */
export interface PatternAttempt {
  id: string;
  at_ms: number;
  pid: number | null;
  program: string;
  protocol: string;
  inbound: boolean;
  ip: string;
  port: number;
  /** As it is shown: address and port. */
  destination: string;
  /** See ConnectionEvent. */
  result: string;
  latency_ms: number | null;
  bytes_sent: number | null;
  /** Ties retransmissions to it. */
  socket: number;
}

/** A packet from outside that found nothing: dropped for want of a socket, or answered by a reset. */
export interface UnwantedPacket {
  id: string;
  at_ms: number;
  source: string;
  /** Ours. */
  port: number;
  protocol: string;
}

/** What was sent again on one socket. */
export interface Resent {
  segments: number;
  bytes: number;
}

export interface PatternInput {
  /** Of the time asked for, oldest first. */
  attempts: readonly PatternAttempt[];
  /** What is known of the time before, oldest first. */
  earlier: readonly PatternAttempt[];
  unwanted: readonly UnwantedPacket[];
  resent: ReadonlyMap<number, Resent>;
  /** Seconds asked for, and of the time before that were watched. */
  duration_s: number;
  earlier_s: number;
}

export interface Found {
  pid: number | null;
  program: string | null;
  summary: Text;
  evidence: string[];
  event_ids: string[];
}

/** One thing worth a look: a pure function. Its numbers stand in thresholds.ts. */
export interface Rule {
  id: PatternRule;
  severity: PatternFinding['severity'];
  threshold: Text;
  find(input: PatternInput): Found[];
}

export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** By process: a pid where there is one, so that two of one name are two. */
export const processKey = ({ pid, program }: PatternAttempt): string => `${pid ?? '-'} ${program}`;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * The stretch of at most `withinS` seconds in which the most different values stand. Rows oldest first.
 * @returns the rows of that stretch
 */
export function busiestStretch<Row extends { at_ms: number }>(
  rows: readonly Row[],
  withinS: number,
  value: (row: Row) => unknown,
): { rows: Row[]; distinct: number } {
  const inside = new Map<unknown, number>();
  let best = { from: 0, to: 0, distinct: 0 };
  let from = 0;
  for (const [index, row] of rows.entries()) {
    const key = value(row);
    inside.set(key, (inside.get(key) ?? 0) + 1);
    for (let oldest = rows[from]; oldest && row.at_ms - oldest.at_ms > withinS * 1_000; oldest = rows[++from]) {
      const left = (inside.get(value(oldest)) ?? 0) - 1;
      if (left === 0) inside.delete(value(oldest));
      else inside.set(value(oldest), left);
    }
    if (inside.size > best.distinct) best = { from, to: index + 1, distinct: inside.size };
  }
  return { rows: rows.slice(best.from, best.to), distinct: best.distinct };
}

const SHOWN = 10;
export const someIds = (rows: readonly { id: string }[]): string[] => rows.slice(0, SHOWN).map(({ id }) => id);

export function someValues(values: Iterable<string | number>): string {
  const all = [...new Set(values)];
  return all.length > SHOWN ? `${all.slice(0, SHOWN).join(', ')}, …` : all.join(', ');
}

export const clockTime = (at_ms: number): string => new Date(at_ms).toISOString();

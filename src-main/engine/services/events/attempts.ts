import { rowProtocol } from '@shared/filter/event-row';
import type { FilterRow } from '@shared/filter/filter';
import type { ConnectionEvent } from '@shared/model/event';
import {
  EVENT,
  errnoName,
  type KernelEvent,
  KIND,
  protocolName,
  readEvent,
  readProgram,
  readU64,
} from '../../collectors/events/read-event';
import { readAtMs } from '../../collectors/events/record-ring';
import { closeReason, type Describer, failureOf, familyName, orNull, processOf } from './describe';
import type { ProcessOrigins } from './process-origins';
import type { EventStore } from './store';

/** One attempt, put together from the events of its socket. Good until the next event comes: its records may make room. */
export interface Attempt {
  readonly id: number;
  /** ms since boot */
  readonly atMs: number;
  readonly began: KernelEvent;
  /** CONNECTED or CONNECT_FAILED. */
  readonly outcome: KernelEvent | null;
  readonly closed: KernelEvent | null;
}

/** Which attempts are wanted, decided on the bytes: an attempt that is not never becomes an object. */
export interface AttemptFilter {
  sinceBootMs: number;
  pid?: number | undefined;
  /** Lower case. */
  program?: string | undefined;
  /** With UNIX sockets, which stand on a shelf of their own. */
  local: boolean;
}

/**
 * The attempts that began in a time, newest first. Walks backwards: an outcome is met before its beginning, so a cookie that
 * is used for a second connect never mixes the two.
 */
export function collectAttempts(store: EventStore, filter: AttemptFilter): Attempt[] {
  const outcomes = new Map<number, number>();
  const closes = new Map<number, number>();
  const attempts: Attempt[] = [];
  store.newestFirst('connections', filter.sinceBootMs, (bytes, at, id) => {
    const kind = bytes[at + EVENT.kind];
    switch (kind) {
      case KIND.closed:
        closes.set(readU64(bytes, at + EVENT.cookie), at);
        return;
      case KIND.connected:
      case KIND.connect_failed:
        outcomes.set(readU64(bytes, at + EVENT.cookie), at);
        return;
    }
    const cookie = readU64(bytes, at + EVENT.cookie);
    const [outcome, closed] = kind === KIND.connect || kind === KIND.accepted ? [outcomes.get(cookie), closes.get(cookie)] : [];
    outcomes.delete(cookie);
    closes.delete(cookie);
    if (isWanted(bytes, at, filter)) attempts.push(attemptAt(bytes, id, at, outcome, closed));
  });
  if (!filter.local) return attempts;
  store.newestFirst('local', filter.sinceBootMs, (bytes, at, id) => {
    if (isWanted(bytes, at, filter)) attempts.push(attemptAt(bytes, id, at));
  });
  return attempts.sort((a, b) => b.atMs - a.atMs || b.id - a.id);
}

/** Reads its records when they are looked at: a list of 100 among 30,000 attempts reads 300 records, not 90,000. */
function attemptAt(bytes: Buffer, id: number, at: number, outcomeAt?: number, closedAt?: number): Attempt {
  let began: KernelEvent | undefined;
  let outcome: KernelEvent | undefined;
  let closed: KernelEvent | undefined;
  return {
    id,
    atMs: readAtMs(bytes, at),
    get began() {
      return (began ??= readEvent(bytes, at));
    },
    get outcome() {
      return outcomeAt === undefined ? null : (outcome ??= readEvent(bytes, outcomeAt));
    },
    get closed() {
      return closedAt === undefined ? null : (closed ??= readEvent(bytes, closedAt));
    },
  };
}

/** Whether a record belongs to the process that is asked for. */
export function isWanted(bytes: Buffer, at: number, { pid, program }: Pick<AttemptFilter, 'pid' | 'program'>): boolean {
  if (pid !== undefined && bytes.readUInt32LE(at + EVENT.pid) !== pid) return false;
  return program === undefined || readProgram(bytes, at).toLowerCase() === program;
}

/** ok, an errno, "in progress", "sent" for UDP, "not sent" when it is not known why. */
export function resultOf({ began, outcome }: Attempt): string {
  switch (began.kind) {
    case 'accepted':
    case 'unix_connect':
      return 'ok'; // the connect of a UNIX socket is reported when it is made; a failure is not told
    case 'udp_flow':
      return began.direction === 'inbound' ? 'ok' : 'sent';
    case 'not_sent':
      return errnoName(began.error) ?? 'not sent';
    default:
      if (outcome === null) return 'in progress';
      return outcome.kind === 'connected' ? 'ok' : failureOf(outcome).error;
  }
}

export const isOutbound = ({ began }: Attempt): boolean => began.direction !== 'inbound';

export function endText(ip: string, port: number): string {
  const address = ip.includes(':') ? `[${ip}]` : ip;
  return port === 0 ? ip : `${address}:${port}`;
}

export const LOCAL_SOCKET = '(local socket)';

export function destinationOf({ began }: Attempt): string {
  return began.kind === 'unix_connect' ? LOCAL_SOCKET : endText(began.remote, began.remote_port);
}

/** The whole row. @param bootToWallMs adds to the kernel's time */
export function attemptRow(
  attempt: Attempt,
  describer: Describer,
  origins: ProcessOrigins,
  bootToWallMs: number,
): ConnectionEvent {
  const { id, began, outcome, closed } = attempt;
  const origin = began.pid === 0 ? null : origins.get(began.pid, began.process_started_ns);
  const failed = outcome?.kind === 'connect_failed' ? failureOf(outcome) : null;
  // The port a connect was given stands in what came after it.
  const local = [closed, outcome, began].find(event => event && event.local_port > 0);
  const protocol = protocolName(began);
  const last = closed ?? (failed ? outcome : null);
  return {
    id: String(id),
    time: new Date(began.at_ms + bootToWallMs).toISOString(),
    ...processOf(began, describer.userName),
    protocol:
      protocol === 'TCP' || protocol === 'UDP' || protocol === 'UNIX' || protocol === 'SCTP' || protocol === 'MPTCP'
        ? protocol
        : 'other',
    family: familyName(began.family) ?? 'UNIX',
    direction: began.direction === 'unknown' ? null : began.direction,
    local: local ? endText(local.local, local.local_port) : null,
    destination: destinationOf(attempt),
    destination_name: describer.hostName(began.remote),
    result: resultOf(attempt),
    latency_ms: round(began.kind === 'not_sent' ? orNull(began.latency_ms) : orNull(outcome?.latency_ms ?? 0)),
    duration_ms: round(closed ? orNull(closed.duration_ms) : null),
    bytes_sent: closed?.bytes_sent ?? null,
    bytes_received: closed?.bytes_received ?? null,
    close_reason: closed ? closeReason(closed) : (failed?.reason ?? null),
    command_line: origin?.command_line ?? null,
    parents: origin?.parents ?? [],
    container: origin?.container ?? null,
    unit: origin?.unit ?? null,
    interface: describer.interfaceName(began.ifindex || (outcome?.ifindex ?? 0) || (closed?.ifindex ?? 0), began.netns),
    netns: began.netns || null,
    retransmits: last?.retransmits ?? null,
    rtt_ms: round(orNull((closed ?? outcome)?.srtt_us ?? 0), 1_000),
  };
}

/** The same as the filter language sees it. */
export function attemptFilterRow(row: ConnectionEvent, { began, outcome }: Attempt): FilterRow {
  return {
    protocol: rowProtocol(row.protocol, row.family),
    state: '-',
    recv_queue: null,
    send_queue: null,
    local_ip: began.local,
    local_port: orNull(outcome?.local_port ?? began.local_port),
    foreign_ip: began.remote,
    foreign_port: orNull(began.remote_port),
    pid: row.pid,
    program: row.program,
    attribution: row.attribution,
    user: row.user,
    container: row.container,
    netns: row.netns,
    rtt_ms: row.rtt_ms,
    retransmits: row.retransmits,
    age_s: null,
    kind: began.kind,
    result: row.result,
    reason: row.close_reason,
    direction: row.direction,
    interface: row.interface,
    latency_ms: row.latency_ms,
    duration_ms: row.duration_ms,
    bytes_sent: row.bytes_sent,
    bytes_received: row.bytes_received,
  };
}

/** Microseconds are measured, not more. */
function round(value: number | null, divisor = 1): number | null {
  return value === null ? null : Math.round((value / divisor) * 1_000) / 1_000;
}

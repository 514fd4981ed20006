import { isIP } from 'node:net';
import { constants, uptime } from 'node:os';
import { type DropEvent, type DropList, type DropSummary, dropEvent, dropSummary } from '@shared/model/drop';
import { type ConnectionEvent, type ConnectionEventList, connectionEvent, type NetworkSummary } from '@shared/model/event';
import { coverage, source } from '@shared/model/source';
import { z } from 'zod';

/** The forms of seed 002's server (tool-contract section 5), with our fields beside its own. */

const summaryFields = {
  count: z.number(),
  pid: z.number().nullable().describe('Asked for'),
  command: z.string().nullable().describe('Asked for'),
  duration_seconds: z.number(),
  query_time: z.iso.datetime({ offset: true }),
  coverage,
  source,
};
export const connectionSummaryAnswer = z.object({
  ...summaryFields,
  succeeded: z.number(),
  failed: z.record(z.string(), z.number()),
  inbound: z.number(),
  local_sockets: z.number(),
  by_protocol: z.record(z.string(), z.number()),
});
export const dropSummaryAnswer = z.object({
  ...summaryFields,
  benign: z.number(),
  by_reason: z.record(z.string(), z.number()),
  reasons: dropSummary.shape.reasons,
  by_process: dropSummary.shape.by_process,
  by_location: dropSummary.shape.by_location,
});

const eventFields = {
  command: z.string().describe('"-" if unknown'),
  timestamp: z.number().describe('ns since boot, exact to the millisecond'),
};
const netspyConnection = z.object({
  ...connectionEvent.shape,
  ...eventFields,
  type: z.literal('connection'),
  return_code: z.number().nullable().describe('0, or the errno below zero; null when it is not known'),
  destination_ip: z.string().nullable(),
  destination_port: z.number().nullable(),
  address_family: z.number().describe('2 IPv4, 10 IPv6, 1 UNIX'),
  socket_type: z.string(),
});
const netspyDrop = z.object({
  ...dropEvent.shape,
  ...eventFields,
  type: z.literal('packet_drop'),
  drop_reason: z.string(),
});

const listFields = {
  total_events: z.number().describe('Matching, also those beyond this page'),
  total_pids: z.number().describe('Processes on this page'),
  query_time: z.iso.datetime({ offset: true }),
  truncated: z.boolean(),
  next_offset: z.number().nullable(),
  coverage,
  source,
};
const byPid = <Event extends z.ZodType>(event: Event) =>
  z.record(z.string(), z.array(event)).describe('Newest first; "unknown" holds those of no known process');
export const connectionListAnswer = z.object({ ...listFields, events_by_pid: byPid(netspyConnection) });
export const dropListAnswer = z.object({ ...listFields, events_by_pid: byPid(netspyDrop) });

export function connectionSummaryOf(summary: NetworkSummary): z.infer<typeof connectionSummaryAnswer> {
  const { count, pid, process_name, duration, query_time, succeeded, failed, inbound, local_sockets, by_protocol } = summary;
  return {
    count,
    pid,
    command: process_name,
    duration_seconds: duration,
    query_time,
    succeeded,
    failed,
    inbound,
    local_sockets,
    by_protocol,
    coverage: summary.coverage,
    source: summary.source,
  };
}

export function dropSummaryOf(summary: DropSummary): z.infer<typeof dropSummaryAnswer> {
  const { count, pid, process_name, duration, query_time, benign, by_reason, reasons, by_process, by_location } = summary;
  return {
    count,
    pid,
    command: process_name,
    duration_seconds: duration,
    query_time,
    benign,
    by_reason,
    reasons,
    by_process,
    by_location,
    coverage: summary.coverage,
    source: summary.source,
  };
}

export function connectionListOf(list: ConnectionEventList, nowMs: number): z.infer<typeof connectionListAnswer> {
  return listOf(list, nowMs, event => ({
    ...event,
    type: 'connection',
    command: event.program,
    timestamp: nsSinceBoot(event.time, nowMs),
    return_code: returnCode(event),
    ...destinationParts(event),
    address_family: ADDRESS_FAMILY[event.family],
    socket_type: event.protocol === 'UDP' ? 'DGRAM' : event.protocol === 'SCTP' ? 'SEQPACKET' : 'STREAM',
  }));
}

export function dropListOf(list: DropList, nowMs: number): z.infer<typeof dropListAnswer> {
  return listOf(list, nowMs, event => ({
    ...event,
    type: 'packet_drop',
    command: event.program,
    timestamp: nsSinceBoot(event.time, nowMs),
    drop_reason: event.reason,
  }));
}

type Listed<Event> = Pick<ConnectionEventList, 'total' | 'truncated' | 'next_offset' | 'coverage' | 'source'> & {
  events: Event[];
};

function listOf<Event extends ConnectionEvent | DropEvent, Row>(
  list: Listed<Event>,
  nowMs: number,
  rowOf: (event: Event) => Row,
) {
  const events_by_pid: Record<string, Row[]> = {};
  for (const event of list.events) (events_by_pid[event.pid ?? 'unknown'] ??= []).push(rowOf(event));
  return {
    total_events: list.total,
    total_pids: Object.keys(events_by_pid).filter(pid => pid !== 'unknown').length,
    events_by_pid,
    query_time: new Date(nowMs).toISOString(),
    truncated: list.truncated,
    next_offset: list.next_offset,
    coverage: list.coverage,
    source: list.source,
  };
}

/** Linux's numbers, which the seed's events carry. */
const ADDRESS_FAMILY = { IPv4: 2, IPv6: 10, UNIX: 1 } as const;

function nsSinceBoot(time: string, nowMs: number): number {
  return Math.round(Date.parse(time) - (nowMs - uptime() * 1_000)) * 1e6;
}

/** What connect() gave back, as the kernel writes it. */
export function returnCode({ result }: Pick<ConnectionEvent, 'result'>): number | null {
  if (result === 'ok' || result === 'sent') return 0;
  const name = result === 'in progress' ? 'EINPROGRESS' : result;
  const errno: Readonly<Record<string, number>> = constants.errno;
  const number = Object.hasOwn(errno, name) ? errno[name] : undefined;
  return number === undefined ? null : -number;
}

/** `192.0.2.1:80`, `[::1]:80`, an address without a port, or `(local socket)`. */
export function destinationParts({ destination }: Pick<ConnectionEvent, 'destination'>): {
  destination_ip: string | null;
  destination_port: number | null;
} {
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[0-9.]+)):(?<port>\d+)$/.exec(destination)?.groups;
  if (parts) return { destination_ip: parts.v6 ?? parts.v4 ?? null, destination_port: Number(parts.port) };
  return { destination_ip: isIP(destination) ? destination : null, destination_port: null };
}

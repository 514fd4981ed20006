import { z } from 'zod';
import type { Text } from '../text/index';
import { EVENT_KINDS, type EventKind } from './event-kinds';
import { type Attribution, attribution, type Coverage, coverage, source } from './source';

export { EVENT_KINDS, type EventKind };

export const CLOSE_REASONS = [
  'closed by us',
  'closed by the peer',
  'reset by us',
  'reset by the peer',
  'timed out',
  'given up by the process',
  'failed',
] as const;

/** One attempt to reach somebody, or one that was accepted, with what became of it. A row of list_connections. */
export const connectionEvent = z.object({
  id: z.string(),
  time: z.iso.datetime({ offset: true }).describe('When it began'),
  pid: z.number().nullable(),
  program: z.string().describe('"-" if unknown'),
  user: z.string().nullable(),
  attribution,
  protocol: z.enum(['TCP', 'UDP', 'UNIX', 'SCTP', 'MPTCP', 'other']).describe("The socket's own, never guessed from the port"),
  family: z.enum(['IPv4', 'IPv6', 'UNIX']),
  direction: z.enum(['outbound', 'inbound']).nullable(),
  local: z.string().nullable().describe('Own end; null when no packet left'),
  destination: z.string().describe('The other end: of an inbound connection the peer; "(local socket)" for UNIX'),
  destination_name: z.string().nullable().describe('Registered name of the service, for example https'),
  result: z
    .string()
    .describe(
      'ok, the name of the errno (ECONNREFUSED), "in progress", "sent" (UDP: nobody has to answer), "not sent" (errno unknown)',
    ),
  latency_ms: z.number().nullable().describe('From connect to the outcome'),
  duration_ms: z.number().nullable().describe('From established to closed; null while open'),
  bytes_sent: z.number().nullable().describe('Payload; null until closed'),
  bytes_received: z.number().nullable(),
  close_reason: z.enum(CLOSE_REASONS).nullable(),
  command_line: z.string().nullable().describe('Secrets are redacted; null when the process had ended before it could be read'),
  parents: z.array(z.object({ pid: z.number(), program: z.string() })).describe('Parent, its parent, … at that time'),
  container: z.string().nullable(),
  unit: z.string().nullable().describe('systemd unit'),
  interface: z.string().nullable(),
  netns: z.number().nullable().describe('Inode of the network namespace'),
  retransmits: z.number().nullable(),
  rtt_ms: z.number().nullable(),
});
export type ConnectionEvent = z.infer<typeof connectionEvent>;

const asked = {
  host: z.string(),
  pid: z.number().nullable().describe('Asked for'),
  process_name: z.string().nullable().describe('Asked for'),
  query: z.string().nullable(),
};

export const connectionEventList = z.object({
  ...asked,
  since: z.string().nullable(),
  events: z.array(connectionEvent).describe('Newest first'),
  total: z.number(),
  truncated: z.boolean(),
  next_offset: z.number().nullable(),
  coverage,
  source,
});
export type ConnectionEventList = z.infer<typeof connectionEventList>;

const latencies = z.object({ min: z.number(), median: z.number(), p95: z.number(), max: z.number() });

export const networkSummary = z.object({
  ...asked,
  duration: z.number().describe('Seconds looked back'),
  count: z.number().describe('IPv4 and IPv6 attempts to reach somebody'),
  succeeded: z.number(),
  failed: z.record(z.string(), z.number()).describe('By the name of the errno'),
  failed_total: z.number(),
  in_progress: z.number(),
  sent: z.number().describe('UDP: the first datagram left; whether it came across is not known'),
  inbound: z.number().describe('Accepted connections, and UDP peers that spoke first'),
  local_sockets: z.number().describe('UNIX sockets, counted apart'),
  by_protocol: z.record(z.string(), z.number()),
  latency_ms: latencies.nullable().describe('Of attempts that succeeded; null without one'),
  top_destinations: z.array(z.object({ destination: z.string(), count: z.number(), failed: z.number() })),
  top_processes: z.array(z.object({ pid: z.number().nullable(), program: z.string(), count: z.number() })),
  query_time: z.iso.datetime({ offset: true }),
  coverage,
  source,
});
export type NetworkSummary = z.infer<typeof networkSummary>;

/** A row of the live timeline: everything the kernel told, as it came. Fields that a kind has not are null. */
export interface LiveEvent {
  /** Grows with time; never used twice while the engine runs. */
  id: number;
  kind: EventKind;
  at_ms: number;
  pid: number | null;
  /** '-' if unknown */
  program: string;
  user: string | null;
  attribution: Attribution;
  container: string | null;
  /** TCP, UDP, UNIX, ICMP, ICMPv6, …; the ethertype of a packet that is not IP ('ARP', '0x88cc'). */
  protocol: string;
  family: 'IPv4' | 'IPv6' | 'UNIX' | null;
  direction: 'outbound' | 'inbound' | null;
  /** Own end and the other one. Of a drop whose direction is not known: source and destination. '' when unknown. */
  local_ip: string;
  local_port: number | null;
  foreign_ip: string;
  foreign_port: number | null;
  interface: string | null;
  netns: number | null;
  /** Ties the events of one socket together. */
  socket: string | null;
  /** connected, connect_failed, not_sent: since the connect began. */
  latency_ms: number | null;
  /** closed: since established. */
  duration_ms: number | null;
  /** closed */
  bytes_sent: number | null;
  bytes_received: number | null;
  /** closed, retransmit */
  rtt_ms: number | null;
  retransmits: number | null;
  /** Bytes of the packet: drop, retransmit. */
  length: number | null;
  /** Name of the errno: connect_failed, not_sent, closed; null when the process gave up or it is not known. */
  error: string | null;
  /** closed */
  close_reason: (typeof CLOSE_REASONS)[number] | null;
  /** drop: the kernel's name, see dropReasonWords; else null. */
  reason: string | null;
  /** drop: a free that is no loss. */
  benign: boolean;
  /** drop: function of the kernel; null when it may not be read. */
  location: string | null;
}

/** Why there are no events now; null while they come. Words are chosen by the reader: see translate. */
export interface EventsBlind {
  code: 'starting' | 'lost' | 'unavailable';
  reason: string | Text;
  hint: string | Text;
}

/**
 * The live timeline. First a snapshot of the last 1,000 that match, oldest first; then at most 10 batches a second of at most
 * 500 rows, the newest ones: `skipped` says how many of the time between are left out of the rows (never of the counts).
 */
export interface KernelEventBatch {
  snapshot: boolean;
  events: LiveEvent[];
  skipped: number;
  blind: EventsBlind | null;
  coverage: Coverage;
}
export interface KernelEventParams {
  /** Default: every kind. */
  kinds?: EventKind[] | undefined;
  pid?: number | undefined;
  /** The filter language; with the fields of events (docs/filter.md). */
  query?: string | undefined;
  /** Drops that are no loss; default false. */
  include_benign?: boolean | undefined;
}

/** Events of one second, by kind; kinds without one are left out. Drops that are no loss are counted apart. */
export interface EventSecond {
  at_ms: number;
  counts: Partial<Record<EventKind | 'benign_drop', number>>;
  /** Events that found the buffer full in this second. */
  lost: number;
  /** No helper during this second or part of it: nothing was seen. */
  gap: boolean;
}
/** First the window so far (at most 900 seconds, oldest first), then each second as it ends. */
export interface EventRateBatch {
  snapshot: boolean;
  seconds: EventSecond[];
}

import { z } from 'zod';
import { attribution, source } from './source';

export const PROTOCOLS = ['TCP', 'TCP6', 'UDP', 'UDP6'] as const;

export const connection = z.object({
  protocol: z.enum(PROTOCOLS),
  recv_queue: z.number().nullable(),
  send_queue: z.number().nullable(),
  local_ip: z.string(),
  local_port: z.number().nullable(),
  foreign_ip: z.string(),
  foreign_port: z.number().nullable().describe('null for *'),
  state: z.string().describe('netstat spelling; "-" for UDP without one'),
  pid: z.number().nullable(),
  program: z.string().describe('"-" if unknown'),
  attribution,
  user: z.string().nullable(),
  container: z.string().nullable(),
  netns: z.number().nullable().describe('Inode of the network namespace; null: that of Netsonde'),
  rtt_ms: z.number().nullable(),
  retransmits: z.number().nullable().describe('Segments sent again over the life of the connection'),
  age_s: z.number().nullable().describe('Since the engine first saw it; null when it was there before'),
});
export type Connection = z.infer<typeof connection>;

/** A row of the live table: the contract's fields and what charts and deltas need. */
export interface LiveConnection extends Connection {
  /** Stable while the socket lives. */
  id: string;
  /** bit/s of payload since the previous reading; null for UDP and where the backend has no byte counters. */
  rx_rate_bps: number | null;
  tx_rate_bps: number | null;
  rx_bytes: number | null;
  tx_bytes: number | null;
  /** ms since 1970; null when the socket was there before the engine looked. */
  first_seen_ms: number | null;
}

/** The socket table as changes. The first event is a snapshot: everything is in `upserted`. */
export interface SocketTableEvent {
  snapshot: boolean;
  at_ms: number;
  upserted: LiveConnection[];
  /** ids of sockets that are gone */
  closed: string[];
  source: z.infer<typeof source>;
}

export const connectionList = z.object({
  host: z.string(),
  connection_count: z.number().describe('Matching, before the limit'),
  connections: z.array(connection),
  filter: z.object({
    proto: z.enum(['tcp', 'udp', 'all']),
    state: z.string().nullable(),
    pid: z.number().nullable(),
    process_name: z.string().nullable(),
    local_port: z.number().nullable(),
    remote_ip: z.string().nullable(),
    query: z.string().nullable(),
  }),
  total: z.number(),
  truncated: z.boolean(),
  next_offset: z.number().nullable(),
  source,
});
export type ConnectionList = z.infer<typeof connectionList>;

import type { LiveConnection } from '@shared/model/connection';
import type { SocketRow } from './sockets';

/** Rows for tests: a quiet TLS connection of curl, but for what is said otherwise. */
export function socket(id: string, fields: Partial<LiveConnection> = {}): LiveConnection {
  return {
    id,
    protocol: 'TCP',
    recv_queue: 0,
    send_queue: 0,
    local_ip: '192.0.2.10',
    local_port: 40_000,
    foreign_ip: '198.51.100.7',
    foreign_port: 443,
    state: 'ESTABLISHED',
    pid: 7,
    program: 'curl',
    attribution: 'exact',
    user: null,
    container: null,
    netns: null,
    rtt_ms: null,
    retransmits: null,
    age_s: null,
    rx_rate_bps: 0,
    tx_rate_bps: 0,
    rx_bytes: 0,
    tx_bytes: 0,
    first_seen_ms: null,
    ...fields,
  };
}

export function row(id: string, fields: Partial<SocketRow> = {}): SocketRow {
  return { ...socket(id, fields), seen_ms: null, closed_ms: null, ...fields };
}

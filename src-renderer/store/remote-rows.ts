import type { Connection } from '@shared/model/connection';
import type { SocketRow } from './sockets';

/**
 * The rows of one answer, with keys that stay theirs from answer to answer. Nobody followed these sockets: rates, bytes and when
 * they were first seen are unknown, not zero.
 */
export function rowsOf(connections: readonly Connection[]): Map<string, SocketRow> {
  const rows = new Map<string, SocketRow>();
  for (const connection of connections) {
    const { protocol, local_ip, local_port, foreign_ip, foreign_port, netns, pid } = connection;
    const base = `${protocol} ${local_ip} ${local_port} ${foreign_ip} ${foreign_port} ${netns ?? ''} ${pid ?? ''}`;
    // Several sockets may share all of that, with SO_REUSEPORT.
    let id = base;
    for (let twin = 2; rows.has(id); twin++) id = `${base} ${twin}`;
    rows.set(id, {
      ...connection,
      id,
      rx_rate_bps: null,
      tx_rate_bps: null,
      rx_bytes: null,
      tx_bytes: null,
      first_seen_ms: null,
      seen_ms: null,
      closed_ms: null,
    });
  }
  return rows;
}

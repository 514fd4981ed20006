import type { Connection, PROTOCOLS } from '@shared/model/connection';

/** What callers ask of the socket table. */
export interface SocketQuery {
  /** True: ask the program for the owners, because there is no inode cache for this host. */
  owners: boolean;
}

export interface SocketOwner {
  pid: number;
  program: string;
}

/** One socket as a backend sees it. Unknown is null. */
export interface Socket {
  protocol: (typeof PROTOCOLS)[number];
  recv_queue: number | null;
  send_queue: number | null;
  local_ip: string;
  local_port: number | null;
  foreign_ip: string;
  foreign_port: number | null;
  /** netstat's spelling; "-" for UDP without one. */
  state: Connection['state'];
  /** 0 for sockets of no process (TIME_WAIT, accept queue); null where the backend has none. */
  inode: number | null;
  uid: number | null;
  /** The kernel's cookie: never used twice while the machine runs. null where the backend has none. */
  cookie: number | null;
  /** Inode of the network namespace; null: that of Netsonde itself. */
  netns: number | null;
  /** When it was opened, ms since 1970; null where the backend does not know. */
  opened_ms: number | null;
  /** null: the backend does not know; empty: no process (or not ours to see). */
  owners: readonly SocketOwner[] | null;
  rtt_ms: number | null;
  retransmits: number | null;
  /** Payload bytes over the life of the connection, as the peer acknowledged and as received. */
  tx_bytes: number | null;
  rx_bytes: number | null;
}

/** A socket with nothing but its ends; parsers add what they know. */
export function bareSocket(
  transport: 'TCP' | 'UDP',
  ends: Pick<Socket, 'local_ip' | 'local_port' | 'foreign_ip' | 'foreign_port'>,
  state: string,
): Socket {
  const ipv6 = ends.local_ip.includes(':');
  return {
    protocol: ipv6 ? `${transport}6` : transport,
    recv_queue: null,
    send_queue: null,
    ...ends,
    state,
    inode: null,
    uid: null,
    cookie: null,
    netns: null,
    opened_ms: null,
    owners: null,
    rtt_ms: null,
    retransmits: null,
    tx_bytes: null,
    rx_bytes: null,
  };
}

/** The address any interface is meant by, which programs print as `*`. */
export function anyAddress(ipv6: boolean): string {
  return ipv6 ? '::' : '0.0.0.0';
}

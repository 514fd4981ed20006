import type { SocketRow } from './sockets';

/** Several sockets under one name. */
export interface Group {
  key: string;
  program: string;
  rx_rate_bps: number;
  tx_rate_bps: number;
  sockets: number;
  /** Different remote addresses */
  hosts: number;
}

export type Reach = 'all' | 'one' | 'loopback';

export interface Listener {
  key: string;
  protocol: 'TCP' | 'UDP';
  port: number;
  addresses: string[];
  reach: Reach;
  program: string;
  pid: number | null;
  user: string | null;
  container: string | null;
  /** null: it was there before the engine looked */
  first_seen_ms: number | null;
  ids: string[];
}

const REACH_ORDER: readonly Reach[] = ['loopback', 'one', 'all'];

export function reachOf(address: string): Reach {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/, '');
  if (plain === '::1' || plain.startsWith('127.')) return 'loopback';
  return plain === '0.0.0.0' || plain === '::' || plain === '*' || plain === '' ? 'all' : 'one';
}

/** Of the network namespace of Netsonde: what is called this machine. */
export function isOwn({ netns }: SocketRow): boolean {
  return netns === null;
}

export function isListener(row: SocketRow): boolean {
  if (row.local_port === null) return false;
  return row.state === 'LISTEN' || (row.protocol.startsWith('UDP') && row.foreign_port === null);
}

/** Groups open sockets with a rate, busiest first. @param keyOf null leaves the socket out */
export function topBy(rows: Iterable<SocketRow>, keyOf: (row: SocketRow) => string | null): Group[] {
  const groups = new Map<string, Group & { remotes: Set<string> }>();
  for (const row of rows) {
    if (row.closed_ms !== null || row.rx_rate_bps === null || row.tx_rate_bps === null) continue;
    if (row.rx_rate_bps === 0 && row.tx_rate_bps === 0) continue;
    const key = keyOf(row);
    if (key === null) continue;
    const group = groups.get(key) ?? {
      key,
      program: row.program,
      rx_rate_bps: 0,
      tx_rate_bps: 0,
      sockets: 0,
      hosts: 0,
      remotes: new Set(),
    };
    group.rx_rate_bps += row.rx_rate_bps;
    group.tx_rate_bps += row.tx_rate_bps;
    group.sockets += 1;
    group.remotes.add(row.foreign_ip);
    group.hosts = group.remotes.size;
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) => b.rx_rate_bps + b.tx_rate_bps - (a.rx_rate_bps + a.tx_rate_bps) || a.key.localeCompare(b.key),
  );
}

export const byProgram = (row: SocketRow): string => row.program;
export const byRemoteHost = (row: SocketRow): string | null => (row.foreign_port === null ? null : row.foreign_ip);

/** The port that names the service: the one listened on here, else the remote one. */
export function serviceKey(listening: ReadonlySet<string>): (row: SocketRow) => string | null {
  return row => {
    const protocol = row.protocol.slice(0, 3);
    if (row.local_port !== null && listening.has(`${row.local_port}/${protocol}`)) return `${row.local_port}/${protocol}`;
    // Both ends of a loopback connection are in the table: the other one is counted under its own listener.
    return row.foreign_port === null ? null : `${row.foreign_port}/${protocol}`;
  };
}

/** Ports listened on, as 443/TCP. */
export function listeningPorts(rows: Iterable<SocketRow>): Set<string> {
  const ports = new Set<string>();
  for (const row of rows)
    if (row.closed_ms === null && isOwn(row) && isListener(row)) ports.add(`${row.local_port}/${row.protocol.slice(0, 3)}`);
  return ports;
}

/** Listeners with the addresses of one port and process merged, by port; those of containers are not this machine's. */
export function listenersOf(rows: Iterable<SocketRow>): Listener[] {
  const merged = new Map<string, Listener>();
  for (const row of rows) {
    if (row.closed_ms !== null || !isOwn(row) || row.local_port === null || !isListener(row)) continue;
    const protocol = row.protocol.startsWith('TCP') ? 'TCP' : 'UDP';
    const key = `${protocol}/${row.local_port}/${row.pid ?? row.program}`;
    const reach = reachOf(row.local_ip);
    const known = merged.get(key);
    if (!known) {
      merged.set(key, {
        key,
        protocol,
        port: row.local_port,
        addresses: [row.local_ip],
        reach,
        program: row.program,
        pid: row.pid,
        user: row.user,
        container: row.container,
        first_seen_ms: row.first_seen_ms,
        ids: [row.id],
      });
      continue;
    }
    known.ids.push(row.id);
    if (!known.addresses.includes(row.local_ip)) known.addresses.push(row.local_ip);
    if (REACH_ORDER.indexOf(reach) > REACH_ORDER.indexOf(known.reach)) known.reach = reach;
    known.first_seen_ms =
      known.first_seen_ms === null || row.first_seen_ms === null ? null : Math.min(known.first_seen_ms, row.first_seen_ms);
  }
  for (const listener of merged.values()) listener.addresses.sort();
  return [...merged.values()].sort(
    (a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol) || a.key.localeCompare(b.key),
  );
}

export interface Totals {
  open: number;
  established: number;
  listening: number;
  time_wait: number;
  /** 0 to 1 of the bytes a second that have no known process; null when no socket has a rate. */
  unattributed_share: number | null;
  /** Sockets whose process is not known. */
  unattributed: number;
  /** Sockets of other network namespaces, for example of containers: in no other number here. */
  elsewhere: number;
}

export function totalsOf(rows: Iterable<SocketRow>): Totals {
  const totals: Totals = {
    open: 0,
    established: 0,
    listening: 0,
    time_wait: 0,
    unattributed_share: null,
    unattributed: 0,
    elsewhere: 0,
  };
  let all = 0;
  let unknown = 0;
  for (const row of rows) {
    if (row.closed_ms !== null) continue;
    if (!isOwn(row)) {
      totals.elsewhere += 1;
      continue;
    }
    totals.open += 1;
    if (row.state === 'ESTABLISHED') totals.established += 1;
    else if (row.state === 'TIME_WAIT') totals.time_wait += 1;
    if (isListener(row)) totals.listening += 1;
    const rate = (row.rx_rate_bps ?? 0) + (row.tx_rate_bps ?? 0);
    all += rate;
    // TIME_WAIT belongs to the kernel, not to an unseen process.
    if (row.attribution === 'none' && row.state !== 'TIME_WAIT') {
      unknown += rate;
      totals.unattributed += 1;
    }
  }
  if (all > 0) totals.unattributed_share = unknown / all;
  return totals;
}

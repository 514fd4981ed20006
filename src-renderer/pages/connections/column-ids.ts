import type { SocketRow } from '../../store/sockets';

export type ColumnId =
  | 'favourite'
  | 'protocol'
  | 'local'
  | 'remote'
  | 'state'
  | 'process'
  | 'rx'
  | 'tx'
  | 'rtt'
  | 'retransmits'
  | 'age'
  | 'pid'
  | 'user'
  | 'container'
  | 'recvq'
  | 'sendq'
  | 'rx_bytes'
  | 'tx_bytes'
  | 'attribution'
  | 'netns';

/** Shown unless the address says otherwise; the others are in the column menu. */
export const DEFAULT_COLUMNS: readonly ColumnId[] = [
  'protocol',
  'local',
  'remote',
  'state',
  'process',
  'rx',
  'tx',
  'rtt',
  'retransmits',
  'age',
];
export const ALL_COLUMNS: readonly ColumnId[] = [
  ...DEFAULT_COLUMNS,
  'pid',
  'user',
  'container',
  'recvq',
  'sendq',
  'rx_bytes',
  'tx_bytes',
  'attribution',
  'netns',
];

/** What a column is sorted by; null stands last whatever the direction. */
export const SORT_BY: Record<Exclude<ColumnId, 'favourite'>, (row: SocketRow) => string | number | null> = {
  protocol: row => row.protocol,
  local: row => row.local_port,
  remote: row => (row.foreign_port === null ? null : `${row.foreign_ip} ${String(row.foreign_port).padStart(5, '0')}`),
  state: row => (row.closed_ms === null ? row.state : '~'),
  process: row => (row.program === '-' ? null : row.program),
  rx: row => row.rx_rate_bps,
  tx: row => row.tx_rate_bps,
  rtt: row => row.rtt_ms,
  retransmits: row => row.retransmits,
  age: row => (row.first_seen_ms === null ? null : -row.first_seen_ms),
  pid: row => row.pid,
  user: row => row.user,
  container: row => row.container,
  recvq: row => row.recv_queue,
  sendq: row => row.send_queue,
  rx_bytes: row => row.rx_bytes,
  tx_bytes: row => row.tx_bytes,
  attribution: row => row.attribution,
  netns: row => row.netns,
};

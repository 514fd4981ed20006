import { formatIso } from '@shared/units';
import { toCsv } from '../../components/csv';
import type { SocketRow } from '../../store/sockets';

const FIELDS = [
  'protocol',
  'local_ip',
  'local_port',
  'foreign_ip',
  'foreign_port',
  'state',
  'pid',
  'program',
  'attribution',
  'user',
  'container',
  'netns',
  'rx_rate_bps',
  'tx_rate_bps',
  'rx_bytes',
  'tx_bytes',
  'rtt_ms',
  'retransmits',
  'recv_queue',
  'send_queue',
  'first_seen_ms',
  'closed_ms',
] as const;

/** The rows as they are shown: filter and order apply, closed ones carry their time. */
export function connectionsCsv(rows: readonly SocketRow[]): string {
  return toCsv(
    FIELDS,
    rows.map(row =>
      FIELDS.map(field =>
        field.endsWith('_ms') && field !== 'rtt_ms' && row[field] !== null ? formatIso(Number(row[field])) : row[field],
      ),
    ),
  );
}

export function connectionsJson(rows: readonly SocketRow[]): string {
  return JSON.stringify(
    rows.map(row => Object.fromEntries(FIELDS.map(field => [field, row[field]]))),
    null,
    2,
  );
}

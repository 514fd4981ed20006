import { formatAge, formatCount, formatEndpoint, formatMilliseconds } from '@shared/units';
import { Box, Star } from 'lucide-react';
import type { Column } from '../../components/DataGrid';
import { ProgramLink } from '../../components/Program';
import { Bytes, Count, Rate } from '../../components/Quantity';
import { StateMark } from '../../components/StateMark';
import type { Translate } from '../../i18n';
import type { SocketRow } from '../../store/sockets';
import type { ColumnId } from './column-ids';
import { favouriteOf } from './favourites';

export function ageOf(row: SocketRow, nowMs: number): number | null {
  return row.first_seen_ms === null ? null : Math.max(0, ((row.closed_ms ?? nowMs) - row.first_seen_ms) / 1000);
}

const dash = <span className="muted">–</span>;

interface ColumnTools {
  t: Translate;
  /** Of the newest event: ages are as old as the table. */
  nowMs: () => number;
  isFavourite: (row: SocketRow) => boolean;
  onFavourite: (row: SocketRow) => void;
}

export function makeColumns({ t, nowMs, isFavourite, onFavourite }: ColumnTools): Record<ColumnId, Column<SocketRow>> {
  const local = (row: SocketRow): string => formatEndpoint(row.local_ip, row.local_port);
  const remote = (row: SocketRow): string => formatEndpoint(row.foreign_ip, row.foreign_port);
  const columns: Record<ColumnId, Omit<Column<SocketRow>, 'id'>> = {
    favourite: {
      title: t('column.favourite'),
      titleHidden: true,
      width: '32px',
      sortable: false,
      text: row => (isFavourite(row) ? '1' : ''),
      render: row => {
        const { kind, value } = favouriteOf(row);
        const label = t(`connections.favourite_${kind}`, { name: value });
        return (
          <button
            type="button"
            className="cell-button"
            tabIndex={-1}
            aria-pressed={isFavourite(row)}
            aria-label={label}
            title={label}
            onClick={() => onFavourite(row)}
          >
            <Star size={14} fill={isFavourite(row) ? 'currentColor' : 'none'} aria-hidden />
          </button>
        );
      },
    },
    protocol: {
      title: t('column.protocol'),
      width: '56px',
      low: true,
      text: row => row.protocol,
      render: row => <span className="muted small">{row.protocol}</span>,
    },
    local: {
      title: t('column.local'),
      width: 'minmax(124px, 0.9fr)',
      low: true,
      text: row => formatEndpoint(row.local_ip, row.local_port, false),
      render: row => (
        <span className="mono" title={formatEndpoint(row.local_ip, row.local_port, false)}>
          {local(row)}
        </span>
      ),
    },
    remote: {
      title: t('column.remote'),
      width: 'minmax(140px, 1.3fr)',
      text: row => formatEndpoint(row.foreign_ip, row.foreign_port, false),
      render: row =>
        row.foreign_port === null ? (
          dash
        ) : (
          <span className="mono" title={formatEndpoint(row.foreign_ip, row.foreign_port, false)}>
            {remote(row)}
          </span>
        ),
    },
    state: {
      title: t('column.state'),
      width: 'minmax(118px, 0.7fr)',
      text: row => row.state,
      render: row => (
        <span className="row">
          <StateMark state={row.closed_ms === null ? row.state : 'CLOSED'} />
          {row.closed_ms === null ? (
            <span className="small" title={stateHint(t, row.state)}>
              {row.state === '-' ? '–' : row.state}
            </span>
          ) : (
            <span className="small">{t('connections.closed_for', { age: formatAge((nowMs() - row.closed_ms) / 1000) })}</span>
          )}
        </span>
      ),
    },
    process: {
      title: t('column.process'),
      width: 'minmax(110px, 1fr)',
      text: row => row.program,
      render: row => (
        <span className="row nowrap">
          <ProgramLink name={row.program} pid={row.pid} inGrid hidePid />
          {row.netns !== null && (
            <Box size={12} className="muted" role="img" aria-label={t('netns.mark', { inode: row.netns })} />
          )}
        </span>
      ),
    },
    rx: {
      title: t('column.in'),
      width: '100px',
      align: 'right',
      text: row => String(row.rx_rate_bps ?? ''),
      render: row => <Rate bps={row.rx_rate_bps} />,
    },
    tx: {
      title: t('column.out'),
      width: '100px',
      align: 'right',
      text: row => String(row.tx_rate_bps ?? ''),
      render: row => <Rate bps={row.tx_rate_bps} />,
    },
    rtt: {
      title: 'RTT',
      hint: t('column.rtt_hint'),
      width: '78px',
      align: 'right',
      text: row => String(row.rtt_ms ?? ''),
      render: row => (row.rtt_ms === null ? dash : <span title={`${row.rtt_ms} ms`}>{formatMilliseconds(row.rtt_ms)}</span>),
    },
    retransmits: {
      title: t('column.retransmits'),
      hint: t('column.retransmits_hint'),
      width: '54px',
      align: 'right',
      text: row => String(row.retransmits ?? ''),
      render: row => <Count value={row.retransmits} format={formatCount} />,
    },
    age: {
      title: t('column.age'),
      hint: t('column.age_hint'),
      width: '68px',
      align: 'right',
      text: row => String(ageOf(row, nowMs()) ?? ''),
      render: row => {
        const age = ageOf(row, nowMs());
        return age === null ? (
          <span className="muted" title={t('connections.older')}>
            –
          </span>
        ) : (
          <span title={new Date(row.first_seen_ms ?? 0).toISOString()}>{formatAge(age)}</span>
        );
      },
    },
    pid: {
      title: 'PID',
      width: '72px',
      align: 'right',
      text: row => String(row.pid ?? ''),
      render: row => (row.pid === null ? dash : row.pid),
    },
    user: { title: t('column.user'), width: 'minmax(80px, 0.5fr)', text: row => row.user ?? '', render: row => row.user ?? dash },
    container: {
      title: t('column.container'),
      width: 'minmax(90px, 0.6fr)',
      text: row => row.container ?? '',
      render: row => row.container ?? dash,
    },
    recvq: {
      title: t('column.recvq'),
      hint: t('column.recvq_hint'),
      width: '80px',
      align: 'right',
      text: row => String(row.recv_queue ?? ''),
      render: row => <Bytes bytes={row.recv_queue} />,
    },
    sendq: {
      title: t('column.sendq'),
      hint: t('column.sendq_hint'),
      width: '80px',
      align: 'right',
      text: row => String(row.send_queue ?? ''),
      render: row => <Bytes bytes={row.send_queue} />,
    },
    rx_bytes: {
      title: t('column.rx_bytes'),
      width: '92px',
      align: 'right',
      text: row => String(row.rx_bytes ?? ''),
      render: row => <Bytes bytes={row.rx_bytes} />,
    },
    tx_bytes: {
      title: t('column.tx_bytes'),
      width: '92px',
      align: 'right',
      text: row => String(row.tx_bytes ?? ''),
      render: row => <Bytes bytes={row.tx_bytes} />,
    },
    attribution: {
      title: t('column.attribution'),
      width: '92px',
      text: row => row.attribution,
      render: row => <span className="t2">{t(`attribution.${row.attribution}`)}</span>,
    },
    netns: {
      title: t('netns.column'),
      width: '108px',
      low: true,
      text: row => (row.netns === null ? '' : String(row.netns)),
      render: row =>
        row.netns === null ? (
          <span className="muted">{t('netns.own')}</span>
        ) : (
          <span className="mono" title={t('netns.mark', { inode: row.netns })}>
            {row.netns}
          </span>
        ),
    },
  };
  // fromEntries loses the keys, which are those of the record above.
  return Object.fromEntries(Object.entries(columns).map(([id, column]) => [id, { id, ...column }])) as Record<
    ColumnId,
    Column<SocketRow>
  >;
}

const HINTS = new Set([
  'ESTABLISHED',
  'LISTEN',
  'TIME_WAIT',
  'CLOSE_WAIT',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'LAST_ACK',
  'CLOSING',
  'CLOSE',
]);

/** The plain sentence beside the field's word. */
export function stateHint(t: Translate, state: string): string {
  // Checked against the keys the texts have.
  return HINTS.has(state) ? t(`state_hint.${state}` as 'state_hint.ESTABLISHED') : t('state_hint.none');
}

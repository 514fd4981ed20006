import type { TopConnection } from '@shared/model/traffic';
import { formatCount } from '@shared/units';
import { Activity, Pause } from 'lucide-react';
import { memo, useCallback, useMemo, useState } from 'react';
import { type Column, DataGrid, type Sort } from '../../components/DataGrid';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Duo, ProgramLink } from '../../components/Program';
import { Bytes, Rate } from '../../components/Quantity';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { useText } from '../../i18n';
import { useSettings } from '../../store/settings';
import { keyOf, selectTop, useTop } from './top-store';

const BY_COLUMN: Record<string, (row: TopConnection) => number | string> = {
  program: row => row.program,
  protocol: row => row.protocol,
  source: row => row.source,
  destination: row => row.destination,
  rx: row => row.rx_rate,
  tx: row => row.tx_rate,
  attribution: row => row.attribution,
};

export const TopConnections = memo(function TopConnections({ iface }: { iface: string | null }) {
  const event = useTop(state => selectTop(state).event);
  const totals = useTop(state => selectTop(state).totals);
  const t = useText();
  const density = useSettings(({ settings }) => settings.density);
  const [sort, setSort] = useState<Sort>({ column: 'rx', descending: true });
  const rows = useMemo(() => new Map((event?.connections ?? []).map(row => [keyOf(row), row])), [event]);
  const next = useMemo(() => {
    const value = BY_COLUMN[sort.column] ?? ((row: TopConnection) => totals.get(keyOf(row)) ?? 0);
    const sign = sort.descending ? -1 : 1;
    return [...rows.keys()].sort((a, b) => {
      const [left, right] = [rows.get(a), rows.get(b)];
      if (!left || !right) return 0;
      const [x, y] = [value(left), value(right)];
      return (
        sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y))) || a.localeCompare(b)
      );
    });
  }, [rows, sort, totals]);
  const frozen = useFrozenOrder(next, `${iface} ${sort.column} ${sort.descending}`);
  const max = Math.max(0, ...(event?.connections ?? []).flatMap(({ rx_rate, tx_rate }) => [rx_rate, tx_rate]));
  const columns = useMemo<Column<TopConnection>[]>(
    () => [
      {
        id: 'program',
        title: t('column.process'),
        width: 'minmax(120px, 1.2fr)',
        render: row => <ProgramLink name={row.program} pid={row.pid} inGrid />,
        text: row => row.program,
      },
      {
        id: 'protocol',
        title: t('column.protocol'),
        width: '64px',
        low: true,
        render: row => <span className="muted small">{row.protocol}</span>,
        text: row => row.protocol,
      },
      {
        id: 'source',
        title: t('column.local'),
        width: 'minmax(150px, 1.3fr)',
        low: true,
        render: row => (
          <span className="mono" title={row.source}>
            {row.source}
          </span>
        ),
        text: row => row.source,
      },
      {
        id: 'destination',
        title: t('column.remote'),
        width: 'minmax(170px, 1.6fr)',
        render: row => (
          <span className="mono" title={row.destination}>
            {row.destination}
          </span>
        ),
        text: row => row.destination,
      },
      {
        id: 'share',
        title: t('column.share'),
        width: '104px',
        sortable: false,
        render: row => <Duo rx={row.rx_rate} tx={row.tx_rate} max={max} />,
        text: () => '',
      },
      {
        id: 'rx',
        title: t('column.in'),
        width: '108px',
        align: 'right',
        render: row => <Rate bps={row.rx_rate * 1e6} />,
        text: row => String(row.rx_rate * 1e6),
      },
      {
        id: 'tx',
        title: t('column.out'),
        width: '108px',
        align: 'right',
        render: row => <Rate bps={row.tx_rate * 1e6} />,
        text: row => String(row.tx_rate * 1e6),
      },
      {
        id: 'total',
        title: t('column.carried'),
        hint: t('column.carried_hint'),
        width: '88px',
        align: 'right',
        render: row => <Bytes bytes={(totals.get(keyOf(row)) ?? 0) * 1e6} />,
        text: row => String((totals.get(keyOf(row)) ?? 0) * 1e6),
      },
      {
        id: 'attribution',
        title: t('column.attribution'),
        width: '92px',
        low: true,
        render: row => <span className="t2">{t(`attribution.${row.attribution}`)}</span>,
        text: row => row.attribution,
      },
    ],
    [t, max, totals],
  );
  const row = useCallback((key: string) => rows.get(key), [rows]);
  return (
    <Panel
      title={t('traffic.top')}
      className="fill"
      about={
        event ? t('traffic.top_about', { shown: rows.size, total: formatCount(event.total), backend: event.backend }) : undefined
      }
      end={
        frozen.frozen && frozen.waiting > 0 ? (
          <button type="button" className="tag" onClick={frozen.thaw}>
            <Pause size={12} aria-hidden /> {t('table.paused', { count: frozen.waiting })}
          </button>
        ) : undefined
      }
    >
      {event === null ? (
        <Skeleton rows={6} />
      ) : (
        <div className="top-connections" {...frozen.handlers}>
          <DataGrid
            label={t('traffic.top')}
            columns={columns}
            order={frozen.order.filter(key => rows.has(key))}
            row={row}
            sort={sort}
            onSort={column => setSort(before => ({ column, descending: before.column === column ? !before.descending : true }))}
            rowHeight={density === 'roomy' ? 36 : 28}
            version={event.at_ms}
            empty={
              <Note icon={Activity} title={t('traffic.top_none', { iface: iface ?? '' })}>
                <p>{t('traffic.top_none_why', { backend: event.backend })}</p>
              </Note>
            }
          />
        </div>
      )}
    </Panel>
  );
});

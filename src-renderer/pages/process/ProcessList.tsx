import type { ProcessTraffic } from '@shared/model/process-traffic';
import { formatAge, formatCount, formatIso } from '@shared/units';
import { Activity, EyeOff, Pause } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { goTo, useParam } from '../../app/router';
import { type Column, DataGrid, type Sort } from '../../components/DataGrid';
import { LimitBanner } from '../../components/Limit';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Duo, Program } from '../../components/Program';
import { Bytes, Rate, rateInWords } from '../../components/Quantity';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { PageHead } from '../../components/Verdict';
import { type Translate, useText } from '../../i18n';
import { useProcessTraffic } from '../../store/process-traffic';
import { selectRateUnit, useSettings } from '../../store/settings';

const keyOf = ({ pid, started_ms }: ProcessTraffic): string => `${pid}-${started_ms}`;

const SORT_BY: Record<string, (row: ProcessTraffic) => number | string> = {
  program: row => row.program,
  pid: row => row.pid,
  user: row => row.user ?? '',
  share: row => (row.rx_rate_bps ?? 0) + (row.tx_rate_bps ?? 0),
  rx: row => row.rx_rate_bps ?? -1,
  tx: row => row.tx_rate_bps ?? -1,
  rx_bytes: row => row.rx_bytes,
  tx_bytes: row => row.tx_bytes,
  age: row => -row.started_ms,
};

function makeColumns(t: Translate, max: number): Column<ProcessTraffic>[] {
  const age = (row: ProcessTraffic): string => formatAge((Date.now() - row.started_ms) / 1_000);
  return [
    {
      id: 'program',
      title: t('column.process'),
      width: 'minmax(140px, 1.4fr)',
      text: row => row.program,
      render: row => <Program name={row.program} />,
    },
    { id: 'pid', title: 'PID', width: '76px', align: 'right', text: row => String(row.pid), render: row => row.pid },
    {
      id: 'user',
      title: t('column.user'),
      width: 'minmax(80px, 0.6fr)',
      low: true,
      text: row => row.user ?? '',
      render: row => row.user ?? <span className="muted">–</span>,
    },
    {
      id: 'share',
      title: t('column.share'),
      width: '104px',
      text: row => String((row.rx_rate_bps ?? 0) + (row.tx_rate_bps ?? 0)),
      render: row => <Duo rx={row.rx_rate_bps ?? 0} tx={row.tx_rate_bps ?? 0} max={max} />,
    },
    {
      id: 'rx',
      title: t('column.in'),
      width: '108px',
      align: 'right',
      text: row => String(row.rx_rate_bps ?? ''),
      render: row => <Rate bps={row.rx_rate_bps} />,
    },
    {
      id: 'tx',
      title: t('column.out'),
      width: '108px',
      align: 'right',
      text: row => String(row.tx_rate_bps ?? ''),
      render: row => <Rate bps={row.tx_rate_bps} />,
    },
    {
      id: 'rx_bytes',
      title: t('process.total_in'),
      hint: t('process.since_helper'),
      width: '116px',
      align: 'right',
      low: true,
      text: row => String(row.rx_bytes),
      render: row => <Bytes bytes={row.rx_bytes} />,
    },
    {
      id: 'tx_bytes',
      title: t('process.total_out'),
      hint: t('process.since_helper'),
      width: '116px',
      align: 'right',
      low: true,
      text: row => String(row.tx_bytes),
      render: row => <Bytes bytes={row.tx_bytes} />,
    },
    {
      id: 'age',
      title: t('column.age'),
      width: '84px',
      align: 'right',
      low: true,
      text: row => formatIso(row.started_ms),
      render: row => (
        <span className="t2" title={formatIso(row.started_ms)}>
          {age(row)}
        </span>
      ),
    },
  ];
}

/** Every process that has used the network since the helper looks. */
export function ProcessList() {
  const t = useText();
  const event = useProcessTraffic();
  const unit = useSettings(selectRateUnit);
  const density = useSettings(({ settings }) => settings.density);
  const [sortText, setSort] = useParam('sort', 'share-desc');
  const [search, setSearch] = useParam('find', '');
  const sort = useMemo<Sort>(
    () => ({ column: sortText.split('-')[0] ?? 'share', descending: sortText.endsWith('-desc') }),
    [sortText],
  );
  const rows = useMemo(() => new Map((event?.processes ?? []).map(row => [keyOf(row), row])), [event]);
  const next = useMemo(() => {
    const value = SORT_BY[sort.column] ?? ((row: ProcessTraffic) => row.rx_bytes);
    const sign = sort.descending ? -1 : 1;
    const asked = search.trim().toLowerCase();
    return [...rows.values()]
      .filter(({ program, pid, user }) => asked === '' || `${program} ${pid} ${user}`.toLowerCase().includes(asked))
      .sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
        return sign * order || b.rx_bytes + b.tx_bytes - a.rx_bytes - a.tx_bytes || a.pid - b.pid;
      })
      .map(keyOf);
  }, [rows, sort, search]);
  const frozen = useFrozenOrder(next, `${sortText}|${search}`);
  const max = Math.max(0, ...(event?.processes ?? []).flatMap(row => [row.rx_rate_bps ?? 0, row.tx_rate_bps ?? 0]));
  const columns = useMemo(() => makeColumns(t, max), [t, max]);
  const row = useCallback((key: string) => rows.get(key), [rows]);
  const blind = event !== null && event.source.degraded;
  const busiest = event?.processes[0];
  const verdict =
    event === null
      ? t('events.waiting')
      : blind
        ? t('process.list_blind')
        : [
            t('process.list_verdict', { count: event.total }),
            busiest && (busiest.rx_rate_bps || busiest.tx_rate_bps)
              ? t('process.list_busiest', {
                  program: busiest.program,
                  in: rateInWords(busiest.rx_rate_bps ?? 0, unit),
                  out: rateInWords(busiest.tx_rate_bps ?? 0, unit),
                })
              : t('process.list_quiet'),
          ].join(t('word.sentence_gap'));
  const remedy = event?.source.remedies[0];
  return (
    <div className="page fixed">
      <PageHead title={t('page.process')} severity={event === null || blind ? 'unknown' : 'good'} verdict={verdict} />
      {blind && rows.size > 0 && (
        <LimitBanner title={t('process.list_blind')} reason={event.source.reason} remedy={remedy?.hint ?? null} />
      )}
      <div className="fill grid-frame">
        <Panel
          className="grow"
          title={t('process.list_title')}
          about={event && t('process.list_about', { shown: formatCount(next.length), total: formatCount(event.total) })}
          end={
            <>
              {frozen.frozen && frozen.waiting > 0 && (
                <button type="button" className="tag" onClick={frozen.thaw}>
                  <Pause size={12} aria-hidden /> {t('table.paused', { count: frozen.waiting })}
                </button>
              )}
              <span className="field compact-field">
                <input
                  data-filter-input=""
                  aria-label={t('process.find')}
                  placeholder={t('process.find')}
                  value={search}
                  onChange={change => setSearch(change.target.value, { replace: true })}
                />
              </span>
            </>
          }
        >
          {event === null ? (
            <Skeleton rows={12} />
          ) : blind && rows.size === 0 ? (
            <Note
              icon={EyeOff}
              title={t('process.list_blind')}
              actions={
                <>
                  <a className="button" href="#/settings?section=privileges">
                    {t('ability.link')}
                  </a>
                  <a className="button" href="#/connections?group=process">
                    {t('page.connections')}
                  </a>
                </>
              }
            >
              <p>{event.source.reason}</p>
              {remedy && <p>{remedy.hint.replaceAll('`', '')}</p>}
            </Note>
          ) : (
            <div className="grid-frame" {...frozen.handlers}>
              <DataGrid
                label={t('process.list_title')}
                columns={columns}
                order={frozen.order.filter(key => rows.has(key))}
                row={row}
                sort={sort}
                onSort={column =>
                  setSort(`${column}-${sort.column === column && sort.descending ? 'asc' : 'desc'}`, { replace: true })
                }
                onOpen={key => goTo('process', {}, key)}
                rowHeight={density === 'roomy' ? 36 : 28}
                version={event.at_ms}
                empty={
                  <Note icon={Activity} title={t('process.list_none')}>
                    <p>{t('process.list_none_why')}</p>
                  </Note>
                }
              />
            </div>
          )}
        </Panel>
      </div>
    </div>
  );
}

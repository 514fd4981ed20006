import type { CaptureAnalysisResult } from '@shared/model/capture';
import { formatCount } from '@shared/units';
import { Download, ListFilter, Pause, X } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useParam } from '../../app/router';
import { toCsv } from '../../components/csv';
import { type Column, DataGrid, type Sort } from '../../components/DataGrid';
import { download, fileName } from '../../components/download';
import { Failure, Note, Panel, Skeleton } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { useText } from '../../i18n';
import { useSettings } from '../../store/settings';
import { orderRows } from './order-rows';
import { REPORT_COLUMNS, type ReportColumn, type RowOf, TABS, type Tab } from './table-columns';
import { useSection } from './use-report';

interface TablesProps {
  session: string;
  analysis: CaptureAnalysisResult;
  live: boolean;
  /** The flow that is shown. */
  stream: number | null;
  onFlow: (stream: number, packet: number | null) => void;
}

function totalsOf({ connection_analysis, datagrams, totals }: CaptureAnalysisResult): Record<Tab, number> {
  return {
    connections: connection_analysis.total,
    datagrams: datagrams.total,
    dns: totals.dns,
    http: totals.http,
    tls: totals.tls,
  };
}

const streamOfRow = (row: RowOf[Tab]): number | null => ('stream' in row ? row.stream : null);

function packetOfRow(row: RowOf[Tab]): number | null {
  if ('request_frame' in row) return row.request_frame;
  return 'client_hello_frame' in row ? row.client_hello_frame : null;
}

function useSort(): [Sort | null, (column: string) => void] {
  const [text, set] = useParam('sort', '');
  const sort = useMemo(() => (text === '' ? null : { column: text.replace(/^-/, ''), descending: text.startsWith('-') }), [text]);
  const toggle = useCallback(
    (column: string) => set(text === column ? `-${column}` : text === `-${column}` ? '' : column, { replace: true }),
    [text, set],
  );
  return [sort, toggle];
}

/** What was said over the connections of a capture: five tables, one at a time. */
export function Tables({ session, analysis, live, stream, onFlow }: TablesProps) {
  const t = useText();
  const density = useSettings(({ settings }) => settings.density);
  const [tabText, setTab] = useParam('tab', 'connections');
  const [query, setQuery] = useParam('q', '');
  const [sort, toggleSort] = useSort();
  const tab = TABS.find(known => known === tabText) ?? 'connections';
  const totals = totalsOf(analysis);
  const section = useSection<RowOf[Tab]>(session, tab, analysis.total_packets, live);
  const { rows } = section;
  // A file knows no processes: a column of dashes would only take the room of the addresses.
  const isOwned = useMemo(() => rows.some(each => 'program' in each && each.program !== null), [rows]);
  const own = useMemo(
    // The columns of a tab take the rows of that tab, which is what was asked for.
    () => (REPORT_COLUMNS[tab](t) as readonly ReportColumn<RowOf[Tab]>[]).filter(({ id }) => id !== 'program' || isOwned),
    [tab, t, isOwned],
  );
  const sortValue = own.find(({ id }) => id === sort?.column)?.value;
  const next = useMemo(() => orderRows(rows, query, sort, sortValue), [rows, query, sort, sortValue]);
  const { order: held, waiting, thaw, handlers } = useFrozenOrder(next, `${tab} ${query} ${sort?.column} ${sort?.descending}`);
  const order = useMemo(() => held.filter(key => Number(key) < rows.length), [held, rows.length]);
  const columns = useMemo(
    () =>
      own.map(
        ({ value, render, ...column }): Column<RowOf[Tab]> => ({
          ...column,
          text: row => String(value(row) ?? ''),
          render: row => (render ? render(row) : <span title={String(value(row) ?? '')}>{value(row)}</span>),
        }),
      ),
    [own],
  );
  const row = useCallback((key: string) => rows[Number(key)], [rows]);
  const selected =
    stream === null
      ? null
      : (order.find(key => rows[Number(key)] && streamOfRow(rows[Number(key)] as RowOf[Tab]) === stream) ?? null); // looked up on this line
  const csv = (): string =>
    toCsv(
      own.map(({ title }) => title),
      order.flatMap(key => (rows[Number(key)] ? [own.map(({ value }) => value(rows[Number(key)] as RowOf[Tab]))] : [])),
    ); // looked up on this line
  return (
    <Panel
      title={t('report.tables')}
      titleHidden
      about={
        <Segment
          compact
          label={t('report.tables')}
          value={tab}
          onChange={value => {
            setTab(value, { replace: true });
          }}
          options={TABS.map(value => ({ value, label: t(`report.tab_${value}`, { count: formatCount(totals[value]) }) }))}
        />
      }
      end={
        <>
          {waiting > 0 && (
            <button type="button" className="tag" onClick={thaw}>
              <Pause size={12} aria-hidden /> {t('report.waiting_changes')}
            </button>
          )}
          <button
            type="button"
            className="button compact"
            disabled={order.length === 0}
            onClick={() => download(fileName(`report-${tab}`, 'csv'), csv(), 'text/csv;charset=utf-8')}
          >
            <Download size={12} aria-hidden /> {t('report.rows_csv')}
          </button>
        </>
      }
      className="report-tables"
    >
      <div className="row table-filter">
        <span className="field compact-field grow">
          <ListFilter size={14} aria-hidden />
          <input
            data-filter-input
            value={query}
            placeholder={t('report.filter')}
            aria-label={t('report.filter')}
            onChange={event => setQuery(event.target.value, { replace: true })}
            onKeyDown={event => event.key === 'Escape' && setQuery('', { replace: true })}
          />
          {query !== '' && (
            <button
              type="button"
              className="cell-button"
              aria-label={t('report.clear_filter')}
              onClick={() => setQuery('', { replace: true })}
            >
              <X size={12} aria-hidden />
            </button>
          )}
        </span>
        <span className="muted small" aria-live="polite">
          {t('report.shown', { shown: formatCount(order.length), total: formatCount(totals[tab]) })}
          {rows.length < totals[tab] &&
            section.state === 'done' &&
            ` · ${t('report.kept', { count: formatCount(rows.length), total: formatCount(totals[tab]) })}`}
        </span>
      </div>
      {section.failure ? (
        <Failure failure={section.failure} />
      ) : section.state === 'loading' ? (
        <Skeleton rows={6} />
      ) : (
        <div className="grid-frame" {...handlers}>
          <DataGrid
            label={t(`report.tab_${tab}`, { count: formatCount(totals[tab]) })}
            columns={columns}
            order={order}
            row={row}
            sort={sort}
            onSort={toggleSort}
            selected={selected}
            onOpen={key => {
              const opened = rows[Number(key)];
              const of = opened ? streamOfRow(opened) : null;
              if (opened && of !== null) onFlow(of, packetOfRow(opened));
            }}
            rowHeight={density === 'roomy' ? 36 : 28}
            version={analysis.total_packets}
            empty={
              <Note icon={ListFilter} title={query === '' ? t('report.rows_none') : t('report.rows_none_match', { query })}>
                {query !== '' && (
                  <button type="button" className="button compact" onClick={() => setQuery('', { replace: true })}>
                    {t('report.clear_filter')}
                  </button>
                )}
              </Note>
            }
          />
        </div>
      )}
    </Panel>
  );
}

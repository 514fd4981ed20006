import { parseFilter } from '@shared/filter/filter';
import type { ConnectionList } from '@shared/model/connection';
import { formatCount } from '@shared/units';
import { Filter as FilterIcon, Pause } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useParam } from '../../app/router';
import { type Column, DataGrid, type Sort } from '../../components/DataGrid';
import { ExportMenu } from '../../components/ExportMenu';
import { FilterLine } from '../../components/FilterLine';
import { filterInForce, NO_FILTER } from '../../components/filter-text';
import { Note, Panel } from '../../components/Panel';
import { Program } from '../../components/Program';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { useText } from '../../i18n';
import { totalsOf } from '../../store/aggregate';
import { rowsOf } from '../../store/remote-rows';
import { useSettings } from '../../store/settings';
import type { SocketRow } from '../../store/sockets';
import { useRepeatedTool } from '../../store/use-repeated-tool';
import type { ColumnId } from '../connections/column-ids';
import { makeColumns } from '../connections/columns';
import { connectionsCsv, connectionsJson } from '../connections/export';
import { orderRows } from '../connections/order';
import { RemoteFrame, useRemoteHost } from './RemoteFrame';

const EVERY_MS = 3_000;
/** The longest answer a tool gives at once. */
const LIMIT = 1_000;
/** What a single look can tell; rates and ages take a second one. */
const COLUMNS: readonly ColumnId[] = [
  'protocol',
  'local',
  'remote',
  'state',
  'process',
  'user',
  'rtt',
  'retransmits',
  'recvq',
  'sendq',
];
const FIRST_TO_GO: ReadonlySet<ColumnId> = new Set(['protocol', 'user', 'recvq', 'sendq']);
const NOBODY = (): boolean => false;

/** The socket table of a remote host, asked for every few seconds. */
export function RemoteConnections() {
  const t = useText();
  const host = useRemoteHost();
  const density = useSettings(({ settings }) => settings.density);
  const [query, setQuery] = useParam('filter', '');
  const [sortText, setSort] = useParam('sort', 'state-asc');
  const sort = useMemo<Sort>(
    () => ({ column: sortText.split('-')[0] ?? 'state', descending: sortText.endsWith('-desc') }),
    [sortText],
  );
  // While the text has a mistake the last filter that had none goes on.
  const [{ asked, inForce }, setFilterState] = useState(() => ({ asked: query, inForce: filterInForce(query, NO_FILTER) }));
  if (asked !== query) setFilterState({ asked: query, inForce: filterInForce(query, inForce) });
  // The host's whole table is filtered by the engine: what is cut off at the limit is what nobody asked for.
  const answer = useRepeatedTool<ConnectionList>(
    'query_network_connections',
    { host, limit: LIMIT, ...(inForce.query === '' ? {} : { query: inForce.query }) },
    EVERY_MS,
  );
  const { data } = answer;
  const rows = useMemo(() => rowsOf(data?.connections ?? []), [data]);
  // Between a new filter and its answer the rows of the old one are in sight: the filter holds for them as well.
  const ordered = useMemo(
    () => orderRows(rows.values(), { filter: inForce.filter, sort, group: 'none', keepClosed: true, isFavourite: NOBODY }),
    [rows, inForce.filter, sort],
  );
  const frozen = useFrozenOrder(ordered.order, `${inForce.query}|${sortText}`);
  const columns = useMemo<Column<SocketRow>[]>(() => {
    const all = makeColumns({ t, nowMs: Date.now, isFavourite: NOBODY, onFavourite: () => {} });
    const own: Partial<Record<ColumnId, Column<SocketRow>>> = {
      // A pid of that machine means another process here: no link to the page of processes.
      process: { ...all.process, render: row => <Program name={row.program} pid={row.pid} /> },
      local: { ...all.local, width: 'minmax(150px, 1.2fr)' },
    };
    // A listener is its local end: other columns go first where there is little room.
    return COLUMNS.map(id => ({ ...(own[id] ?? all[id]), low: FIRST_TO_GO.has(id) }));
  }, [t]);
  const row = useCallback((key: string) => rows.get(key), [rows]);
  const suggestRows = useCallback(() => [...rows.values()], [rows]);
  const shown = frozen.order.flatMap(id => rows.get(id) ?? []);
  const totals = totalsOf(rows.values());
  const verdict = data
    ? [
        inForce.query === '' && !data.truncated
          ? t('connections.verdict', {
              open: formatCount(totals.open),
              established: formatCount(totals.established),
              listening: formatCount(totals.listening),
              time_wait: formatCount(totals.time_wait),
            })
          : t('remote.matching', { count: data.connection_count, shown: formatCount(data.connection_count) }),
        data.truncated ? t('remote.cut', { shown: formatCount(rows.size) }) : '',
        totals.unattributed > 0 ? t('connections.unattributed', { count: totals.unattributed }) : '',
      ]
        .filter(Boolean)
        .join(t('word.sentence_gap'))
    : '';
  const severity = data && (data.source.degraded || data.truncated || totals.unattributed > 0) ? 'notice' : 'good';
  return (
    <div className="page fixed remote">
      <RemoteFrame
        title={t('page.connections')}
        verdict={verdict}
        severity={severity}
        repeated={answer}
        source={data?.source ?? null}
        actions={
          <ExportMenu what={`connections-${host}`} csv={() => connectionsCsv(shown)} json={() => connectionsJson(shown)} />
        }
      >
        <FilterLine
          value={query}
          onChange={text => setQuery(text, { replace: true })}
          rows={suggestRows}
          shown={ordered.shown}
          total={data?.connection_count ?? 0}
        />
        <Panel
          title={t('remote.sockets', { host })}
          about={t('remote.no_rates')}
          end={
            frozen.frozen && frozen.waiting > 0 ? (
              <button type="button" className="tag" onClick={frozen.thaw}>
                <Pause size={12} aria-hidden /> {t('table.paused', { count: frozen.waiting })}
              </button>
            ) : undefined
          }
          className="fill"
        >
          <div className="grid-frame" {...frozen.handlers}>
            <DataGrid
              label={t('remote.sockets', { host })}
              columns={columns}
              order={frozen.order.filter(key => rows.has(key))}
              row={row}
              sort={sort}
              onSort={column =>
                setSort(`${column}-${sort.column === column && !sort.descending ? 'desc' : 'asc'}`, { replace: true })
              }
              rowHeight={density === 'roomy' ? 36 : 28}
              version={answer.at_ms ?? 0}
              empty={
                <Note
                  icon={FilterIcon}
                  title={
                    inForce.query === ''
                      ? t('remote.no_sockets', { host })
                      : t('connections.none_match', { query: inForce.query })
                  }
                  actions={
                    query !== '' &&
                    parseFilter(query).ok && (
                      <button type="button" className="button" onClick={() => setQuery('')}>
                        {t('filter.clear')}
                      </button>
                    )
                  }
                />
              }
            />
          </div>
        </Panel>
      </RemoteFrame>
    </div>
  );
}

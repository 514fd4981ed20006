import { parseFilter } from '@shared/filter/filter';
import { nearestProgram } from '@shared/filter/nearest';
import { formatCount } from '@shared/units';
import { Filter as FilterIcon, Pause } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useParam } from '../../app/router';
import { type Column, DataGrid, type Sort } from '../../components/DataGrid';
import { ExportMenu } from '../../components/ExportMenu';
import { FilterLine } from '../../components/FilterLine';
import { filterInForce, NO_FILTER } from '../../components/filter-text';
import { AbilityBanner, LimitBanner } from '../../components/Limit';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Program } from '../../components/Program';
import { Rate } from '../../components/Quantity';
import { Switch } from '../../components/Switch';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useLink } from '../../store/link';
import { selectFavourites, useSettings } from '../../store/settings';
import { rowsAt, type SocketRow, useSockets } from '../../store/sockets';
import { selectProcessLimit, useStatus } from '../../store/status';
import { type ColumnId, DEFAULT_COLUMNS } from './column-ids';
import { makeColumns } from './columns';
import { DetailsPane } from './DetailsPane';
import { connectionsCsv, connectionsJson } from './export';
import { toggleFavourite } from './favourites';
import { ColumnsMenu, GroupMenu, SavedMenu } from './menus';
import { favouriteTest, GROUP_PREFIX, type GroupBy, orderRows } from './order';
import { SocketsChart } from './SocketsChart';

const GLOW_MS = 2_000;

function rowClass(row: SocketRow): string {
  if (row.closed_ms !== null) return 'closed';
  return row.seen_ms !== null && Date.now() - row.seen_ms < GLOW_MS ? 'fresh' : '';
}

/** Every socket of this machine, live. */
export function ConnectionsPage() {
  const t = useText();
  const { rows, version, source, settled } = useSockets();
  const { totals } = settled;
  const density = useSettings(({ settings }) => settings.density);
  const favourites = useSettings(selectFavourites);
  const lost = useLink(({ state }) => state === 'lost');
  const processLimit = useStatus(selectProcessLimit);
  const [query, setQuery] = useParam('filter', '');
  const [sortText, setSortText] = useParam('sort', 'rx-desc');
  const [columnText, setColumnText] = useParam('columns', DEFAULT_COLUMNS.join(','));
  const [groupText, setGroup] = useParam('group', 'none');
  const [closedText, setClosed] = useParam('closed', '1');
  const [selected, setSelected] = useParam('socket', '');

  const group: GroupBy = groupText === 'process' || groupText === 'host' ? groupText : 'none';
  const keepClosed = closedText === '1';
  const [netnsText, setNetns] = useParam('netns', '0');
  const sort = useMemo<Sort>(
    () => ({ column: sortText.split('-')[0] ?? 'rx', descending: sortText.endsWith('-desc') }),
    [sortText],
  );
  const parsed = useMemo(() => parseFilter(query), [query]);
  // While the text has a mistake the last filter that had none goes on.
  const [{ asked, inForce }, setFilterState] = useState(() => ({ asked: query, inForce: filterInForce(query, NO_FILTER) }));
  if (asked !== query) setFilterState({ asked: query, inForce: filterInForce(query, inForce) });
  const { filter, query: shownQuery } = inForce;
  // Who filters by namespace has asked for all of them.
  const elsewhere = netnsText === '1' || inForce.terms.some(({ field }) => field === 'netns');
  const isFavourite = useMemo(() => favouriteTest(favourites), [favourites]);

  const ordered = useMemo(
    () => orderRows(rowsAt(rows, settled.version), { filter, sort, group, keepClosed, elsewhere, isFavourite }),
    [rows, settled.version, filter, sort, group, keepClosed, elsewhere, isFavourite],
  );
  const frozen = useFrozenOrder(ordered.order, `${shownQuery}|${sortText}|${group}|${closedText}|${elsewhere}`);

  const columns = useMemo<Column<SocketRow>[]>(() => {
    const all = makeColumns({ t, nowMs: Date.now, isFavourite, onFavourite: toggleFavourite });
    const wanted = columnText.split(',').filter((id): id is ColumnId => id in all);
    return ['favourite' as const, ...wanted].map(id => all[id]);
  }, [t, columnText, isFavourite]);
  const row = useCallback((key: string) => rows.get(key), [rows]);
  const shownRows = () => frozen.order.flatMap(id => rows.get(id) ?? []);
  const suggestRows = useCallback(() => [...rows.values()], [rows]);

  const ready = version > 0;
  const verdict = !ready
    ? t('connections.waiting')
    : [
        t('connections.verdict', {
          open: formatCount(totals.open),
          established: formatCount(totals.established),
          listening: formatCount(totals.listening),
          time_wait: formatCount(totals.time_wait),
        }),
        totals.unattributed > 0 ? t('connections.unattributed', { count: totals.unattributed }) : '',
        totals.elsewhere > 0 ? t('netns.elsewhere', { count: totals.elsewhere }) : '',
        totals.elsewhere > 0 && elsewhere ? t('netns.counted') : '',
      ]
        .filter(Boolean)
        .join(t('word.sentence_gap'));
  const open = selected === '' ? undefined : rows.get(selected);
  const meant = ordered.shown === 0 && shownQuery !== '' ? nearestProgram(shownQuery, rows.values()) : null;

  return (
    <div className="page fixed">
      <PageHead
        title={t('page.connections')}
        severity={lost || !ready ? 'unknown' : source?.degraded || processLimit ? 'notice' : 'good'}
        verdict={verdict}
        actions={
          <>
            <ColumnsMenu value={columnText.split(',')} onChange={ids => setColumnText(ids.join(','), { replace: true })} />
            <ExportMenu what="connections" csv={() => connectionsCsv(shownRows())} json={() => connectionsJson(shownRows())} />
          </>
        }
      />
      {source?.degraded && source.reason ? (
        <LimitBanner
          title={t('connections.degraded', { backend: source.backend })}
          reason={source.reason}
          remedy={source.remedies[0]?.hint || null}
        />
      ) : (
        processLimit && <AbilityBanner ability={processLimit} />
      )}
      <div className="filter-row">
        <FilterLine
          value={query}
          onChange={text => setQuery(text, { replace: true })}
          rows={suggestRows}
          shown={ordered.shown}
          total={keepClosed ? settled.rows : totals.open + totals.elsewhere}
        />
        <SavedMenu query={query} onUse={text => setQuery(text)} valid={parsed.ok} />
        <GroupMenu value={group} onChange={value => setGroup(value)} />
        <Switch label={t('connections.keep_closed')} checked={keepClosed} onChange={on => setClosed(on ? '1' : '0')} />
        {totals.elsewhere > 0 && (
          <Switch label={t('netns.show')} checked={elsewhere} onChange={on => setNetns(on ? '1' : '0', { replace: true })} />
        )}
      </div>
      <SocketsChart counts={settled.counts} ready={ready} />
      <div className="fill with-details">
        <Panel
          title={t('connections.table')}
          about={group === 'none' ? undefined : t('connections.groups', { count: ordered.groups.size })}
          end={
            frozen.frozen && frozen.waiting > 0 ? (
              <button type="button" className="tag" onClick={frozen.thaw}>
                <Pause size={12} aria-hidden /> {t('table.paused', { count: frozen.waiting })}
              </button>
            ) : undefined
          }
        >
          {!ready ? (
            <Skeleton rows={12} />
          ) : (
            <div className="grid-frame" {...frozen.handlers}>
              <DataGrid
                label={t('connections.table')}
                columns={columns}
                order={frozen.order}
                row={row}
                sort={sort}
                onSort={column =>
                  setSortText(`${column}-${sort.column === column && sort.descending ? 'asc' : 'desc'}`, { replace: true })
                }
                selected={selected}
                onOpen={key => !key.startsWith(GROUP_PREFIX) && setSelected(key === selected ? '' : key, { replace: true })}
                onFavourite={key => {
                  const found = rows.get(key);
                  if (found) toggleFavourite(found);
                }}
                rowClass={rowClass}
                groupTitle={key => {
                  if (!key.startsWith(GROUP_PREFIX)) return null;
                  const totalsOfGroup = ordered.groups.get(key.slice(GROUP_PREFIX.length));
                  if (!totalsOfGroup) return null;
                  return (
                    <>
                      {group === 'process' ? (
                        <Program name={totalsOfGroup.name} />
                      ) : (
                        <b className="mono">{totalsOfGroup.name === '*' ? t('connections.no_remote') : totalsOfGroup.name}</b>
                      )}
                      <span className="muted">{t('connections.group_sockets', { count: totalsOfGroup.sockets })}</span>
                      <span className="muted">
                        <Rate bps={totalsOfGroup.rx_rate_bps} /> {t('word.in')} · <Rate bps={totalsOfGroup.tx_rate_bps} />{' '}
                        {t('word.out')}
                      </span>
                    </>
                  );
                }}
                rowHeight={density === 'roomy' ? 36 : 28}
                version={version}
                empty={
                  <Note
                    icon={FilterIcon}
                    title={shownQuery === '' ? t('connections.none') : t('connections.none_match', { query: shownQuery })}
                    actions={
                      query !== '' && (
                        <>
                          {meant && (
                            <button type="button" className="button" onClick={() => setQuery(meant.query)}>
                              {t('connections.use', { program: meant.program })}
                            </button>
                          )}
                          <button type="button" className="button" onClick={() => setQuery('')}>
                            {t('filter.clear')}
                          </button>
                        </>
                      )
                    }
                  >
                    {meant && <p>{t('connections.meant', { program: meant.program })}</p>}
                    <p>{shownQuery === '' ? t('connections.none_why') : t('connections.without_filter', { count: rows.size })}</p>
                  </Note>
                }
              />
            </div>
          )}
        </Panel>
        {open && <DetailsPane key={open.id} row={open} source={source} onClose={() => setSelected('', { replace: true })} />}
      </div>
    </div>
  );
}

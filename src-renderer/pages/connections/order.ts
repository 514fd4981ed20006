import { type Filter, matchesFilter } from '@shared/filter/filter';
import type { Settings } from '@shared/model/settings';
import { wellKnownService } from '@shared/well-known-ports';
import type { Sort } from '../../components/DataGrid';
import { isOwn } from '../../store/aggregate';
import type { SocketRow } from '../../store/sockets';
import { type ColumnId, SORT_BY } from './column-ids';

export type GroupBy = 'none' | 'process' | 'host';
export const GROUP_PREFIX = 'group:';

export interface GroupTotals {
  name: string;
  sockets: number;
  rx_rate_bps: number;
  tx_rate_bps: number;
}

export interface Ordered {
  /** Row ids, with `group:name` before each group. */
  order: readonly string[];
  shown: number;
  groups: ReadonlyMap<string, GroupTotals>;
}

export function serviceOf(row: SocketRow): string | null {
  const protocol = row.protocol.slice(0, 3);
  const local = row.local_port === null ? null : wellKnownService(`${row.local_port}/${protocol}`);
  return local ?? (row.foreign_port === null ? null : wellKnownService(`${row.foreign_port}/${protocol}`));
}

/** A test for "is a favourite", made once for the whole table. */
export function favouriteTest(favourites: Settings['favourites']): (row: SocketRow) => boolean {
  if (favourites.length === 0) return () => false;
  const of = (kind: 'host' | 'service' | 'process'): Set<string> =>
    new Set(favourites.filter(entry => entry.kind === kind).map(({ value }) => value));
  const [hosts, services, processes] = [of('host'), of('service'), of('process')];
  return row =>
    hosts.has(row.foreign_ip) || processes.has(row.program) || (services.size > 0 && services.has(serviceOf(row) ?? ''));
}

/** Sorts indices over keys that were read once: 10,000 rows are ordered each second. Unknown stands last. */
function sortRows(rows: SocketRow[], sort: Sort, isFavourite: (row: SocketRow) => boolean): SocketRow[] {
  const read = SORT_BY[sort.column as Exclude<ColumnId, 'favourite'>] ?? SORT_BY.rx; // an address may name any column
  const sign = sort.descending ? -1 : 1;
  const keyed = rows.map(row => ({ row, key: read(row), favourite: isFavourite(row) }));
  keyed.sort((a, b) => {
    if (a.favourite !== b.favourite) return a.favourite ? -1 : 1;
    if (a.key === b.key) return a.row.id < b.row.id ? -1 : 1;
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return (a.key < b.key ? -1 : 1) * sign;
  });
  return keyed.map(({ row }) => row);
}

export function groupKey(row: SocketRow, group: GroupBy): string {
  if (group === 'process') return row.program;
  return row.foreign_port === null ? '*' : row.foreign_ip;
}

/** What to show and in which order. @param filter null: everything */
export function orderRows(
  rows: Iterable<SocketRow>,
  {
    filter,
    sort,
    group,
    keepClosed,
    elsewhere = true,
    isFavourite,
  }: {
    filter: Filter | null;
    sort: Sort;
    group: GroupBy;
    keepClosed: boolean;
    /** Also sockets of other network namespaces. */
    elsewhere?: boolean;
    isFavourite: (row: SocketRow) => boolean;
  },
): Ordered {
  const kept: SocketRow[] = [];
  for (const row of rows) {
    if (row.closed_ms !== null && !keepClosed) continue;
    if (!elsewhere && !isOwn(row)) continue;
    if (filter === null || matchesFilter(filter, row)) kept.push(row);
  }
  const sorted = sortRows(kept, sort, isFavourite);
  const groups = new Map<string, GroupTotals>();
  if (group === 'none') return { order: sorted.map(({ id }) => id), shown: kept.length, groups };
  const members = new Map<string, string[]>();
  for (const row of sorted) {
    const name = groupKey(row, group);
    const totals = groups.get(name) ?? { name, sockets: 0, rx_rate_bps: 0, tx_rate_bps: 0 };
    totals.sockets += 1;
    totals.rx_rate_bps += row.rx_rate_bps ?? 0;
    totals.tx_rate_bps += row.tx_rate_bps ?? 0;
    groups.set(name, totals);
    const list = members.get(name);
    if (list) list.push(row.id);
    else members.set(name, [row.id]);
  }
  const busiest = [...groups.values()].sort(
    (a, b) =>
      b.rx_rate_bps + b.tx_rate_bps - (a.rx_rate_bps + a.tx_rate_bps) || b.sockets - a.sockets || (a.name < b.name ? -1 : 1),
  );
  return {
    order: busiest.flatMap(({ name }) => [`${GROUP_PREFIX}${name}`, ...(members.get(name) ?? [])]),
    shown: kept.length,
    groups,
  };
}

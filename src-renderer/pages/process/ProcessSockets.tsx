import type { Source } from '@shared/model/source';
import { Cable } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { goTo } from '../../app/router';
import { DataGrid, type Sort } from '../../components/DataGrid';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { SourceWords } from '../../components/SourceWords';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { useText } from '../../i18n';
import { useSettings } from '../../store/settings';
import type { SocketRow } from '../../store/sockets';
import type { ColumnId } from '../connections/column-ids';
import { makeColumns } from '../connections/columns';
import { orderRows } from '../connections/order';

const SHOWN: readonly ColumnId[] = ['protocol', 'local', 'remote', 'state', 'rx', 'tx', 'rtt', 'retransmits', 'age'];
const LOW: ReadonlySet<ColumnId> = new Set(['protocol', 'rtt', 'retransmits', 'age']);
const NEVER = (): boolean => false;

interface ProcessSocketsProps {
  sockets: readonly SocketRow[];
  version: number;
  source: Source | null;
  className: string;
}

/** The sockets a process holds, and for a while those it held. A row opens on the Connections page. */
export function ProcessSockets({ sockets, version, source, className }: ProcessSocketsProps) {
  const t = useText();
  const density = useSettings(({ settings }) => settings.density);
  const [sort, setSort] = useState<Sort>({ column: 'rx', descending: true });
  const rows = useMemo(() => new Map(sockets.map(row => [row.id, row])), [sockets]);
  const ordered = useMemo(
    () => orderRows(sockets, { filter: null, sort, group: 'none', keepClosed: true, isFavourite: NEVER }),
    [sockets, sort],
  );
  const frozen = useFrozenOrder(ordered.order, `${sort.column} ${sort.descending}`);
  const columns = useMemo(() => {
    const all = makeColumns({ t, nowMs: Date.now, isFavourite: NEVER, onFavourite: () => undefined });
    // Of a listener the own end is all there is.
    return SHOWN.map(id => ({ ...all[id], low: LOW.has(id) }));
  }, [t]);
  const row = useCallback((key: string) => rows.get(key), [rows]);
  return (
    <Panel title={t('connections.table')} about={<SourceWords source={source} />} className={`process-sockets ${className}`}>
      {version === 0 ? (
        <Skeleton rows={6} />
      ) : (
        <div className="grid-frame" {...frozen.handlers}>
          <DataGrid
            label={t('connections.table')}
            columns={columns}
            order={frozen.order.filter(key => rows.has(key))}
            row={row}
            sort={sort}
            onSort={column => setSort(before => ({ column, descending: before.column === column ? !before.descending : true }))}
            onOpen={key => goTo('connections', { filter: `pid:${rows.get(key)?.pid ?? 0}`, socket: key })}
            rowClass={({ closed_ms }) => (closed_ms === null ? '' : 'closed')}
            rowHeight={density === 'roomy' ? 36 : 28}
            version={version}
            empty={
              <Note icon={Cable} title={t('process.no_sockets')}>
                <p>{t('process.no_sockets_why')}</p>
              </Note>
            }
          />
        </div>
      )}
    </Panel>
  );
}

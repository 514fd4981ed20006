import { formatAge, formatIso, groupDigits } from '@shared/units';
import { wellKnownService } from '@shared/well-known-ports';
import { Filter as FilterIcon, Pause, Plug } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useParam } from '../../app/router';
import { type Column, DataGrid, type Sort } from '../../components/DataGrid';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Program, ProgramLink } from '../../components/Program';
import { ReachMark } from '../../components/ReachMark';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { useText } from '../../i18n';
import type { Listener } from '../../store/aggregate';
import { useSettings } from '../../store/settings';

const SORT_BY: Record<string, (listener: Listener) => string | number> = {
  port: ({ port }) => port,
  protocol: ({ protocol }) => protocol,
  service: ({ port, protocol }) => wellKnownService(`${port}/${protocol}`) ?? '~',
  addresses: ({ addresses }) => addresses.join(' '),
  reach: ({ reach }) => reach,
  process: ({ program }) => (program === '-' ? '~' : program),
  age: ({ first_seen_ms }) => -(first_seen_ms ?? 0),
};

/** Every word must be in the port, service, address, process or reach. */
export function matchesWords(listener: Listener, words: string): boolean {
  const all =
    `${listener.port} ${listener.protocol} ${wellKnownService(`${listener.port}/${listener.protocol}`) ?? ''} ${listener.addresses.join(' ')} ${listener.program} ${listener.reach}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every(word => all.includes(word));
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

export function ListenersTable({
  listeners,
  ready,
  className,
  remote = false,
}: {
  listeners: readonly Listener[];
  ready: boolean;
  className: string;
  /** Of another machine: its pids have no page here, and nobody saw since when it listens. */
  remote?: boolean;
}) {
  const t = useText();
  const density = useSettings(({ settings }) => settings.density);
  const [words, setWords] = useParam('find', '');
  const [sortText, setSort] = useParam('sort', 'port-asc');
  const [port, setPort] = useParam('port', '');
  const [proto, setProto] = useParam('proto', 'tcp');
  const sort = useMemo<Sort>(
    () => ({ column: sortText.split('-')[0] ?? 'port', descending: sortText.endsWith('-desc') }),
    [sortText],
  );
  const byKey = useMemo(() => new Map(listeners.map(listener => [listener.key, listener])), [listeners]);
  const next = useMemo(() => {
    const read = SORT_BY[sort.column] ?? (({ port: number }: Listener) => number);
    const sign = sort.descending ? -1 : 1;
    return listeners
      .filter(listener => words.trim() === '' || matchesWords(listener, words.trim()))
      .toSorted((a, b) => {
        const [x, y] = [read(a), read(b)];
        return sign * (x < y ? -1 : x > y ? 1 : 0) || a.port - b.port;
      })
      .map(({ key }) => key);
  }, [listeners, words, sort]);
  const frozen = useFrozenOrder(next, `${sortText} ${words}`);
  const columns = useMemo<Column<Listener>[]>(() => {
    const all: Column<Listener>[] = [
      {
        id: 'port',
        title: t('column.port'),
        width: '72px',
        render: row => <b className="mono">{row.port}</b>,
        text: row => String(row.port),
      },
      {
        id: 'protocol',
        title: t('column.protocol'),
        width: '60px',
        render: row => <span className="muted small">{row.protocol}</span>,
        text: row => row.protocol,
      },
      {
        id: 'service',
        title: t('column.service'),
        width: 'minmax(80px, 0.7fr)',
        render: row => wellKnownService(`${row.port}/${row.protocol}`) ?? <span className="muted">–</span>,
        text: row => wellKnownService(`${row.port}/${row.protocol}`) ?? '',
      },
      {
        id: 'addresses',
        title: t('column.address'),
        width: 'minmax(110px, 1.1fr)',
        render: row => (
          <span className="mono" title={row.addresses.join('\n')}>
            {row.addresses.map(bracketed).join(', ')}
          </span>
        ),
        text: row => row.addresses.join(' '),
      },
      {
        id: 'reach',
        title: t('column.reach'),
        width: 'minmax(132px, 0.8fr)',
        render: row => <ReachMark reach={row.reach} />,
        text: row => row.reach,
      },
      {
        id: 'process',
        title: t('column.process'),
        width: 'minmax(110px, 1fr)',
        render: row =>
          remote ? <Program name={row.program} pid={row.pid} /> : <ProgramLink name={row.program} pid={row.pid} inGrid />,
        text: row => `${row.program} ${row.pid ?? ''}`.trim(),
      },
      {
        id: 'age',
        title: t('column.age'),
        hint: t('column.age_hint'),
        width: '84px',
        align: 'right',
        text: row => (row.first_seen_ms === null ? '' : formatIso(row.first_seen_ms)),
        render: row =>
          row.first_seen_ms === null ? (
            <span className="muted" title={t('connections.older')}>
              –
            </span>
          ) : (
            <span title={formatIso(row.first_seen_ms)}>{formatAge((Date.now() - row.first_seen_ms) / 1000)}</span>
          ),
      },
    ];
    return all.filter(({ id }) => !(remote && id === 'age'));
  }, [t, remote]);
  const row = useCallback((key: string) => byKey.get(key), [byKey]);
  const selected =
    listeners.find(listener => String(listener.port) === port && listener.protocol.toLowerCase() === proto)?.key ?? null;
  const order = useMemo(() => frozen.order.filter(key => byKey.has(key)), [frozen.order, byKey]);
  return (
    <Panel
      title={t('listeners.title')}
      about={groupDigits(next.length)}
      className={`${className} listeners`}
      end={
        <>
          {frozen.frozen && frozen.waiting > 0 && (
            <button type="button" className="tag" onClick={frozen.thaw}>
              <Pause size={12} aria-hidden /> {t('table.paused', { count: frozen.waiting })}
            </button>
          )}
          <span className="field compact-field">
            <FilterIcon size={14} aria-hidden />
            <input
              data-filter-input=""
              aria-label={t('listeners.find')}
              placeholder={t('listeners.find')}
              value={words}
              onChange={event => setWords(event.target.value, { replace: true })}
              onKeyDown={event =>
                event.key === 'Escape' && (words === '' ? event.currentTarget.blur() : setWords('', { replace: true }))
              }
            />
            <kbd>/</kbd>
          </span>
        </>
      }
    >
      {!ready ? (
        <Skeleton rows={10} />
      ) : (
        <div className="grid-frame" {...frozen.handlers}>
          <DataGrid
            label={t('listeners.title')}
            columns={columns}
            order={order}
            row={row}
            sort={sort}
            onSort={column =>
              setSort(`${column}-${sort.column === column && !sort.descending ? 'desc' : 'asc'}`, { replace: true })
            }
            selected={selected}
            onOpen={key => {
              const listener = byKey.get(key);
              if (!listener) return;
              setPort(String(listener.port), { replace: true });
              setProto(listener.protocol.toLowerCase(), { replace: true });
            }}
            rowHeight={density === 'roomy' ? 36 : 28}
            version={listeners.length}
            empty={
              <Note icon={Plug} title={words === '' ? t('listeners.none') : t('connections.none_match', { query: words })}>
                <p>
                  {words === ''
                    ? t(remote ? 'remote.no_listeners_why' : 'listeners.none_why')
                    : t('connections.without_filter', { count: listeners.length })}
                </p>
              </Note>
            }
          />
        </div>
      )}
    </Panel>
  );
}

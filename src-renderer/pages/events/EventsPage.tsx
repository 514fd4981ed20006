import { eventFilterRow } from '@shared/filter/event-row';
import { EVENT_KINDS, type EventKind } from '@shared/model/event-kinds';
import { formatClock, formatCount } from '@shared/units';
import { ListFilter, Pause, Play } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useParam } from '../../app/router';
import { BlindBanner, BlindNote } from '../../components/Blind';
import { columnsOf, type Range, stepOf, totalsByKey } from '../../components/column-data';
import { KIND_LOOKS, KIND_ORDER } from '../../components/EventKind';
import { ExportMenu } from '../../components/ExportMenu';
import { FilterLine } from '../../components/FilterLine';
import { filterInForce, NO_FILTER } from '../../components/filter-text';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useEventRates, useRates } from '../../store/event-rates';
import { useEvents, useTimeline } from '../../store/events';
import { useLink } from '../../store/link';
import { eventsOf, TIMELINE_ROWS, type Timeline } from '../../store/timeline';
import { CountsPanel } from './CountsPanel';
import { EventDetails } from './EventDetails';
import { EventGrid, useHeldTimeline, WaitingTag } from './EventGrid';
import { eventsCsv, eventsJson } from './export';
import { KindToggles } from './KindToggles';
import { EventsVerdict, eventsSeverity } from './verdict';

export const MINUTES = ['1', '5', '15'] as const;
const SECOND_MS = 1_000;

/** Newest first; of a chosen time only what was then. The version stands for the rows: they are changed in place. */
function newestFirst(rows: Timeline, range: Range | null, _version: number): string[] {
  const order: string[] = [];
  for (const { key, at_ms } of rows.values())
    if (range === null || (at_ms >= range.from_ms && at_ms < range.to_ms)) order.push(key);
  return order.reverse();
}

/** A time chosen in the chart, from the address. */
function useRange(): [Range | null, (range: Range | null) => void] {
  const [text, setText] = useParam('time', '');
  const range = useMemo(() => {
    const [from = Number.NaN, to = Number.NaN] = text.split('-').map(Number);
    return from < to ? { from_ms: from, to_ms: to } : null;
  }, [text]);
  const set = useCallback(
    (next: Range | null) => setText(next === null ? '' : `${next.from_ms}-${next.to_ms}`, { replace: true }),
    [setText],
  );
  return [range, set];
}

/** What the kernel tells, as it happens. */
export function EventsPage() {
  const t = useText();
  const [query, setQuery] = useParam('filter', '');
  const [hideText, setHide] = useParam('hide', '');
  const [minutes, setMinutes] = useParam('window', '5');
  const [selected, setSelected] = useParam('event', '');
  const [range, setRange] = useRange();
  const [paused, setPaused] = useState(false);
  const linkLost = useLink(({ state }) => state === 'lost');

  const [{ asked, inForce }, setFilterState] = useState(() => ({ asked: query, inForce: filterInForce(query, NO_FILTER) }));
  if (asked !== query) setFilterState({ asked: query, inForce: filterInForce(query, inForce) });
  const hidden = useMemo(
    () => new Set(hideText.split(',').filter((kind): kind is EventKind => EVENT_KINDS.some(known => known === kind))),
    [hideText],
  );
  const params = useMemo(
    () => ({
      ...(hidden.size > 0 ? { kinds: EVENT_KINDS.filter(kind => !hidden.has(kind)) } : {}),
      ...(inForce.query === '' ? {} : { query: inForce.query }),
    }),
    [hidden, inForce.query],
  );
  useTimeline(params);
  const held = useHeldTimeline(paused);
  const { rows, version, ready, blind, coverage } = useEvents();

  const live = useEventRates();
  const ratesReady = useRates(state => state.eventsReady);
  // The chart stands still with the list.
  const [kept, setKept] = useState(live);
  if (!paused && kept !== live) setKept(live);
  const windowS = Number(MINUTES.find(known => known === minutes) ?? '5') * 60;
  const stepS = stepOf(windowS);
  const columns = useMemo(() => {
    const to_ms = (kept.at(-1)?.at_ms ?? 0) + SECOND_MS;
    return columnsOf(
      kept,
      { from_ms: to_ms - windowS * SECOND_MS, to_ms },
      stepS,
      ({ counts }) => EVENT_KINDS.map(kind => [kind, counts[kind] ?? 0] as const),
      kept[0]?.at_ms,
    );
  }, [kept, windowS, stepS]);
  const counts = useMemo(() => totalsByKey(columns), [columns]);
  const layers = useMemo(
    () =>
      KIND_ORDER.filter(kind => !hidden.has(kind)).map(key => ({
        key,
        label: t(`kind.${key}`),
        colour: KIND_LOOKS[key].colour,
      })),
    [hidden, t],
  );

  const order = useMemo(() => newestFirst(rows, range, version), [rows, range, version]);
  const listed = useMemo(() => order.reduce((sum, key) => sum + (rows.get(key)?.event ? 1 : 0), 0), [order, rows]);
  const inRange = useMemo(() => {
    if (range === null) return 0;
    return columns
      .filter(({ at_ms }) => at_ms >= range.from_ms && at_ms < range.to_ms)
      .reduce((sum, { values }) => sum + layers.reduce((part, { key }) => part + (values.get(key) ?? 0), 0), 0);
  }, [columns, range, layers]);
  const suggestRows = useCallback(() => eventsOf(rows.values()).map(eventFilterRow), [rows]);
  const open = selected === '' ? undefined : rows.get(selected)?.event;
  const listedEvents = () => order.flatMap(key => rows.get(key)?.event ?? []);
  const nothing = ready && blind !== null && rows.size === 0;
  const since = coverage ? formatClock(Date.parse(coverage.since)) : '–';
  const isNarrowed = inForce.query !== '' || hidden.size > 0;

  return (
    <div className="page fixed events">
      <PageHead
        title={t('page.events')}
        severity={linkLost || !ready || blind ? 'unknown' : eventsSeverity(counts, coverage)}
        verdict={
          <EventsVerdict ready={ready && ratesReady} blind={blind} counts={counts} coverage={coverage} minutes={windowS / 60} />
        }
        actions={
          <>
            <Segment
              label={t('events.window')}
              value={minutes}
              onChange={value => setMinutes(value, { replace: true })}
              options={MINUTES.map(value => ({ value, label: t('traffic.minutes', { count: Number(value) }) }))}
            />
            <button type="button" className="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
              {paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
              {t(paused ? 'traffic.resume' : 'traffic.pause')}
            </button>
            <ExportMenu what="events" csv={() => eventsCsv(listedEvents())} json={() => eventsJson(listedEvents())} />
          </>
        }
      />
      {blind && blind.code !== 'starting' && !nothing && <BlindBanner blind={blind} />}
      <div className="filter-row">
        <FilterLine
          value={query}
          onChange={text => setQuery(text, { replace: true })}
          rows={suggestRows}
          shown={listed}
          total={coverage?.seen_total ?? 0}
          placeholder="kind:drop reason:NETFILTER_DROP result:refused process:nginx !local"
        />
      </div>
      {!nothing && (
        <CountsPanel
          of="events"
          columns={columns}
          stepS={stepS}
          layers={layers}
          ready={ratesReady}
          range={range}
          onRange={setRange}
        >
          <KindToggles
            hidden={hidden}
            counts={counts}
            onChange={next => setHide([...next].sort().join(','), { replace: true })}
          />
        </CountsPanel>
      )}
      <div className="fill with-details">
        <Panel
          title={t('events.list')}
          about={
            coverage && !nothing
              ? range
                ? t('events.list_range', {
                    shown: formatCount(listed),
                    seen: formatCount(inRange),
                    from: formatClock(range.from_ms),
                    to: formatClock(range.to_ms),
                  })
                : t('events.list_about', { shown: formatCount(listed), seen: formatCount(coverage.seen_total), since })
              : undefined
          }
          end={<WaitingTag held={held} />}
        >
          {!ready ? (
            <Skeleton rows={10} />
          ) : nothing ? (
            <BlindNote blind={blind} />
          ) : (
            <EventGrid
              label={t('page.events')}
              rows={rows}
              version={version}
              order={order}
              held={held}
              selected={selected}
              onSelect={key => setSelected(key, { replace: true })}
              empty={
                <Note
                  icon={ListFilter}
                  title={
                    range
                      ? t('events.none_range', { from: formatClock(range.from_ms), to: formatClock(range.to_ms) })
                      : t(isNarrowed ? 'events.none_match' : 'events.none')
                  }
                  actions={
                    (range || isNarrowed) && (
                      <button
                        type="button"
                        className="button"
                        onClick={() => {
                          setRange(null);
                          setQuery('');
                          setHide('');
                        }}
                      >
                        {t('events.clear')}
                      </button>
                    )
                  }
                >
                  <p>
                    {range ? t('events.none_range_why', { count: formatCount(TIMELINE_ROWS) }) : t('events.none_why', { since })}
                  </p>
                </Note>
              }
            />
          )}
        </Panel>
        {open && (
          <EventDetails
            event={open}
            related={open.socket === null ? [] : eventsOf(rows.values()).filter(({ socket }) => socket === open.socket)}
            onSelect={id => setSelected(`e${id}`, { replace: true })}
            onClose={() => setSelected('', { replace: true })}
          />
        )}
      </div>
    </div>
  );
}

import { Pause } from 'lucide-react';
import { type ReactNode, type UIEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import { DataGrid } from '../../components/DataGrid';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { counted, useText } from '../../i18n';
import { useEvents } from '../../store/events';
import { useSettings } from '../../store/settings';
import type { Timeline } from '../../store/timeline';
import { eventColumns } from './columns';
import { MarkRow } from './MarkRow';

const NO_ORDER: readonly string[] = [];

/**
 * The hand over the list, the focus in it and a list that is scrolled away from its newest row all keep it still.
 * @param paused by the button: stays until it is let go
 */
export function useHeldTimeline(paused: boolean) {
  const { frozen, handlers, thaw } = useFrozenOrder(NO_ORDER, '');
  const frame = useRef<HTMLDivElement>(null);
  const scrolled = useRef(false);
  const hand = useRef(false);
  const isPaused = useRef(paused);
  isPaused.current = paused;
  hand.current = frozen;
  const settle = useCallback(() => useEvents.getState().hold(isPaused.current || hand.current || scrolled.current), []);
  // Whenever one of them changes; leaving the page lets go.
  useEffect(settle, [settle, paused, frozen]);
  useEffect(() => () => useEvents.getState().hold(false), []);
  return {
    frame,
    toNewest: () => {
      frame.current?.querySelector('.data-grid')?.scrollTo({ top: 0 });
      scrolled.current = false;
      thaw();
      hand.current = false;
      settle();
    },
    handlers: {
      ...handlers,
      onScrollCapture: (event: UIEvent) => {
        scrolled.current = event.target instanceof Element && event.target.scrollTop > 0;
        settle();
      },
    },
  };
}

export type HeldTimeline = ReturnType<typeof useHeldTimeline>;

/** Says that the list waits, and what for; the way back to the newest. */
export function WaitingTag({ held }: { held: HeldTimeline }) {
  const t = useText();
  const waiting = useEvents(state => (state.held ? state.waiting : 0));
  if (waiting === 0) return null;
  return (
    <button type="button" className="tag" onClick={held.toNewest}>
      <Pause size={12} aria-hidden /> {t('events.waits', counted(waiting))}
    </button>
  );
}

interface EventGridProps {
  label: string;
  rows: Timeline;
  version: number;
  /** Newest first. */
  order: readonly string[];
  held: HeldTimeline;
  selected: string;
  onSelect: (key: string) => void;
  /** Columns that say the same in every row here. */
  without?: readonly string[];
  empty: ReactNode;
}

const NOTHING: readonly string[] = [];

/** Events newest first, with what is missing between them. */
export function EventGrid({ label, rows, version, order, held, selected, onSelect, without = NOTHING, empty }: EventGridProps) {
  const t = useText();
  const density = useSettings(({ settings }) => settings.density);
  const columns = useMemo(() => eventColumns(t).filter(({ id }) => !without.includes(id)), [t, without]);
  const row = useCallback((key: string) => rows.get(key), [rows]);
  return (
    <div ref={held.frame} className="grid-frame" {...held.handlers}>
      <DataGrid
        label={label}
        columns={columns}
        order={order}
        row={row}
        sort={null}
        onSort={() => undefined}
        selected={selected}
        onOpen={key => rows.get(key)?.event && onSelect(key === selected ? '' : key)}
        groupTitle={key => {
          const found = rows.get(key);
          return found?.mark ? <MarkRow mark={found.mark} at_ms={found.at_ms} /> : null;
        }}
        rowHeight={density === 'roomy' ? 36 : 28}
        version={version}
        empty={empty}
      />
    </div>
  );
}

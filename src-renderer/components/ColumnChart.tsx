import { formatClock, formatCount } from '@shared/units';
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef, useState } from 'react';
import { useText } from '../i18n';
import { type ColumnOfCounts, gapsOf, type Range, roundTop } from './column-data';
import type { Layer } from './StackedChart';

interface ColumnChartProps {
  columns: readonly ColumnOfCounts[];
  stepS: number;
  /** From the ground up. */
  layers: readonly Layer[];
  height: number;
  label: string;
  selection: Range | null;
  onSelect: (range: Range | null) => void;
}

/** Height of the plot in units of its own; it is stretched to the room there is. */
const PLOT = 100;
/** Of a column's room that it fills. */
const FILLED = 0.78;

/** One path a layer: a thousand rectangles would be a thousand elements. */
function drawLayers(columns: readonly ColumnOfCounts[], layers: readonly Layer[], top: number): string[] {
  const ground = columns.map(() => PLOT);
  return layers.map(({ key }) => {
    let path = '';
    for (const [at, { values }] of columns.entries()) {
      const count = values.get(key) ?? 0;
      if (count === 0) continue;
      const height = (count / top) * PLOT;
      const y = (ground[at] ?? PLOT) - height;
      ground[at] = y;
      path += `M${at + (1 - FILLED) / 2} ${y.toFixed(2)}h${FILLED}v${height.toFixed(2)}h-${FILLED}z`;
    }
    return path;
  });
}

/** Counts over time as columns, one on the other. Dragging or Shift and the arrows choose a part of the time. */
export const ColumnChart = memo(function ColumnChart(props: ColumnChartProps) {
  const { columns, stepS, layers, height, label, selection, onSelect } = props;
  const t = useText();
  const plot = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  /** Starts of columns in ms: the columns move on while the pointer is down. */
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const stepMs = stepS * 1_000;
  const fromMs = columns[0]?.at_ms ?? 0;
  const count = columns.length;
  const greatest = useMemo(
    () => Math.max(0, ...columns.map(({ values }) => layers.reduce((sum, { key }) => sum + (values.get(key) ?? 0), 0))),
    [columns, layers],
  );
  const top = roundTop(greatest);
  const paths = useMemo(() => drawLayers(columns, layers, top), [columns, layers, top]);
  const gaps = useMemo(() => gapsOf(columns), [columns]);

  const startOf = (column: number): number => fromMs + column * stepMs;
  const rangeOf = (from: number, to: number): Range => ({ from_ms: Math.min(from, to), to_ms: Math.max(from, to) + stepMs });
  function columnAt(event: PointerEvent): number {
    const box = plot.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const at = cursor ?? count - 1;
    if (step !== undefined) {
      const next = Math.max(0, Math.min(count - 1, at + step));
      setCursor(next);
      if (event.shiftKey) {
        setDrag({ from: drag?.from ?? startOf(at), to: startOf(next) });
      }
    } else if (event.key === 'Enter') {
      onSelect(rangeOf(drag?.from ?? startOf(at), drag?.to ?? startOf(at)));
      setDrag(null);
    } else if (event.key === 'Escape' || event.key === '0') {
      setDrag(null);
      onSelect(null);
    } else return;
    event.preventDefault();
  }

  const marked = drag ? rangeOf(drag.from, drag.to) : selection;
  const share = (ms: number): number => Math.max(0, Math.min(1, (ms - fromMs) / (count * stepMs))) * 100;
  const shown = cursor === null ? undefined : columns[cursor];
  const ticks = useMemo(() => {
    const every = Math.max(1, Math.round((count * stepS) / 5 / 60)) * 60_000;
    const found: number[] = [];
    for (let at = Math.ceil(fromMs / every) * every; at < fromMs + count * stepMs; at += every) found.push(at);
    return found;
  }, [count, stepS, stepMs, fromMs]);

  return (
    <figure
      className="column-chart"
      aria-label={label}
      style={{ height }}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
      title={shown ? undefined : t('events.chart_hint')}
    >
      <div className="scale" aria-hidden>
        <span>{formatCount(top)}</span>
        <span>0</span>
      </div>
      <div
        ref={plot}
        className="plot"
        onPointerDown={event => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = startOf(columnAt(event));
          setDrag({ from: at, to: at });
        }}
        onPointerMove={event => {
          const at = columnAt(event);
          setCursor(at);
          if (event.currentTarget.hasPointerCapture(event.pointerId)) setDrag(before => before && { ...before, to: startOf(at) });
        }}
        onPointerUp={event => {
          if (drag) onSelect(rangeOf(drag.from, startOf(columnAt(event))));
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setCursor(null)}
        onDoubleClick={() => onSelect(null)}
      >
        <svg viewBox={`0 0 ${Math.max(1, count)} ${PLOT}`} preserveAspectRatio="none" aria-hidden>
          {layers.map(({ key, colour }, at) => (
            <path key={key} d={paths[at]} fill={colour} />
          ))}
        </svg>
        {gaps.map(({ from, to }) => (
          <span
            key={from}
            className="gap"
            style={{ left: `${(from / count) * 100}%`, width: `${((to - from) / count) * 100}%` }}
            title={t('events.gap')}
          />
        ))}
        {marked && (
          <span
            className="chosen"
            style={{ left: `${share(marked.from_ms)}%`, width: `${share(marked.to_ms) - share(marked.from_ms)}%` }}
          />
        )}
        {cursor !== null && <span className="cursor" style={{ left: `${((cursor + 0.5) / count) * 100}%` }} />}
        {shown && (
          <div className={`chart-hover ${cursor !== null && cursor > count / 2 ? 'left' : 'right'}`}>
            <div className="muted">
              {formatClock(shown.at_ms)}
              {stepS > 1 && ` – ${formatClock(shown.at_ms + stepMs)}`}
            </div>
            {shown.gap && <div className="warning">{t('events.gap')}</div>}
            <div className="pairs">
              {layers
                .toReversed()
                .filter(({ key }) => (shown.values.get(key) ?? 0) > 0)
                .map(({ key, label: name }) => [
                  <span key={`${key}-name`}>{name}</span>,
                  <span key={`${key}-value`}>{formatCount(shown.values.get(key) ?? 0)}</span>,
                ])}
            </div>
          </div>
        )}
      </div>
      <div className="times" aria-hidden>
        {ticks.map(at => (
          <span key={at} style={{ left: `${share(at)}%` }}>
            {formatClock(at).slice(0, 5)}
          </span>
        ))}
      </div>
    </figure>
  );
});

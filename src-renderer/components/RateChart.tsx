import type { InterfaceSample } from '@shared/model/interface';
import { formatClock, formatCount, formatIso, formatRate, naturalPrefix, type RateUnit, threeDigits } from '@shared/units';
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useText } from '../i18n';
import { usePalette } from './palette';
import { extremes, SteadyScale, scaleFor, toPlotData } from './rate-chart-data';
import { createRatePlot, type PlotState } from './rate-chart-plot';

const LABEL_WIDTH = 84;
const LABEL_GAP = 16;

interface RateChartProps {
  /** What it shows; with the present rates it is the name of the figure. */
  title: string;
  samples: readonly InterfaceSample[];
  windowSeconds: number;
  unit: RateUnit;
  /** Where the numbers come from, for the hover. */
  source: string;
  /** s since 1970; null: the newest so many seconds */
  zoom?: { from: number; to: number } | null;
  onZoom?: (zoom: { from: number; to: number } | null) => void;
  onPause?: () => void;
  /** The drawn canvas, for exports. */
  onCanvas?: (canvas: HTMLCanvasElement | null) => void;
  className?: string;
  /** Grid lines wanted; fewer for a low chart. */
  lines?: number;
}

/** Prefix and base unit of the axis. */
export function axisUnit(unit: RateUnit, top: number): { divisor: number; name: string } {
  const power = naturalPrefix(top);
  return { divisor: 1000 ** power, name: formatRate(unit === 'bit' ? top : top * 8, unit, power).unit };
}

/** The present rates beside the lines' ends, in the lines' colours. */
function EndLabel({
  bps,
  direction,
  unit,
  at,
}: {
  bps: number;
  direction: 'rx' | 'tx';
  unit: RateUnit;
  at: RefObject<HTMLSpanElement | null>;
}) {
  const t = useText();
  const rate = formatRate(bps, unit);
  return (
    <span ref={at} className={`chart-label ${direction}`}>
      <b>{`${rate.number} ${rate.unit.replace(/(?:bit|B)\/s$/, '')}`.trim()}</b> {t(direction === 'rx' ? 'word.in' : 'word.out')}
    </span>
  );
}

function Hover({
  sample,
  unit,
  left,
  source,
  flip,
}: {
  sample: InterfaceSample;
  unit: RateUnit;
  left: number;
  source: string;
  flip: boolean;
}) {
  const t = useText();
  const line = (name: ReactNode, value: number | null): ReactNode => (
    <>
      {name}
      <span>{value === null ? '–' : formatRate(value, unit).exact}</span>
    </>
  );
  const packets =
    sample.rx_packet_rate === null || sample.tx_packet_rate === null ? null : sample.rx_packet_rate + sample.tx_packet_rate;
  return (
    <div className="chart-hover" style={flip ? { right: `calc(100% - ${left - 12}px)` } : { left: left + 12 }}>
      <div className="muted">{formatClock(sample.at_ms, true)}</div>
      <div className="pairs">
        {line(<span className="rx">{t('word.in')}</span>, sample.rx_rate_bps)}
        {line(<span className="tx">{t('word.out')}</span>, sample.tx_rate_bps)}
        <span className="muted">{t('word.packets')}</span>
        <span>{packets === null ? '–' : `${formatCount(packets)} /s`}</span>
        <span className="muted">{t('word.source')}</span>
        <span>
          {source}, {threeDigits(sample.interval_ms / 1000)} s
        </span>
      </div>
    </div>
  );
}

/**
 * Rates over time, drawn by uPlot because it redraws 900 points within a millisecond or two.
 * Arrows move the cursor, + and − zoom, 0 resets, c copies the point; brush to zoom, double click to reset.
 */
export const RateChart = memo(function RateChart({
  title,
  samples,
  windowSeconds,
  unit,
  source,
  zoom = null,
  onZoom,
  onPause,
  onCanvas,
  className,
  lines = 5,
}: RateChartProps) {
  const t = useText();
  const palette = usePalette();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const state = useRef<PlotState | null>(null);
  const steady = useRef(new SteadyScale());
  const [cursor, setCursor] = useState<number | null>(null);
  const rxLabel = useRef<HTMLSpanElement>(null);
  const txLabel = useRef<HTMLSpanElement>(null);

  const data = useMemo(() => toPlotData(samples, unit), [samples, unit]);
  const newest = samples.at(-1);
  const to = zoom?.to ?? (newest?.at_ms ?? Date.now()) / 1000;
  const from = zoom?.from ?? to - windowSeconds;
  const handlers = useRef({ onZoom, t });
  handlers.current = { onZoom, t };

  const greatest = extremes(data, from, to);
  const scale = steady.current.next(scaleFor(greatest.rx, greatest.tx, lines), performance.now());
  const { divisor } = axisUnit(unit, Math.max(scale.top, -scale.bottom));

  /** Puts the labels at the lines' ends; too near, they move apart in order. Straight to the page: it happens with every drawing. */
  const placeLabels = useCallback((drawn: uPlot) => {
    const [, rxValues, txValues] = state.current?.data.columns ?? [[], [], []];
    const top = drawn.over.offsetTop;
    let rx = top + drawn.valToPos(rxValues.at(-1) ?? 0, 'y');
    let tx = top + drawn.valToPos(txValues.at(-1) ?? 0, 'y');
    const missing = LABEL_GAP - (tx - rx);
    if (missing > 0) {
      rx -= missing / 2;
      tx += missing / 2;
    }
    if (rxLabel.current) rxLabel.current.style.top = `${rx}px`;
    if (txLabel.current) txLabel.current.style.top = `${tx}px`;
  }, []);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    state.current ??= { data, scale, palette, axisDivisor: divisor, gapWords: () => '' };
    const drawn = createRatePlot(
      element,
      { width: element.clientWidth, height: element.clientHeight },
      state.current,
      LABEL_WIDTH,
      {
        onCursor: setCursor,
        onZoom: (start, end) => handlers.current.onZoom?.({ from: start, to: end }),
        onReset: () => handlers.current.onZoom?.(null),
        onDraw: placeLabels,
      },
    );
    plot.current = drawn;
    onCanvas?.(drawn.ctx.canvas);
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = null;
      onCanvas?.(null);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- made once: what changes is in `state`, which the effect below fills
  }, [placeLabels, onCanvas]);

  useEffect(() => {
    const drawn = plot.current;
    if (!drawn || !state.current) return;
    Object.assign(state.current, {
      data,
      scale,
      palette,
      axisDivisor: divisor,
      gapWords: (seconds: number) => handlers.current.t('chart.gap', { seconds }),
    });
    const sameRange = drawn.scales['x']?.min === from && drawn.scales['x']?.max === to;
    drawn.batch(() => {
      drawn.setData(data.columns, false);
      drawn.setScale('x', { min: from, max: to });
    });
    // A moved range draws everything anew; otherwise (zoomed, new theme) it must be asked for.
    if (sameRange) drawn.redraw(true, true);
  }, [data, scale, palette, divisor, from, to]);

  useEffect(() => {
    steady.current.reset();
  }, [title, unit]);

  function moveCursor(to_: number): void {
    const drawn = plot.current;
    const {
      columns: [x],
    } = data;
    const index = Math.max(0, Math.min(x.length - 1, to_));
    const at = x[index];
    if (!drawn || at === undefined) return;
    drawn.setCursor({ left: drawn.valToPos(at, 'x'), top: 10 });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.shiftKey ? 10 : 1;
    const at = cursor ?? data.columns[0].length - 1;
    const middle = cursor === null ? to : (data.columns[0][cursor] ?? to);
    const half = (to - from) / 2;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => moveCursor(at - step),
      ArrowRight: () => moveCursor(at + step),
      Home: () => moveCursor(data.columns[0].findIndex(second => second >= from)),
      End: () => moveCursor(data.columns[0].length - 1),
      '+': () => onZoom?.({ from: middle - half / 2, to: middle + half / 2 }),
      '-': () => onZoom?.(half * 4 >= windowSeconds ? null : { from: middle - half * 2, to: middle + half * 2 }),
      '0': () => onZoom?.(null),
      ' ': () => onPause?.(),
      Escape: () => plot.current?.setCursor({ left: -10, top: -10 }),
      c: () => {
        const sample = data.samples[at];
        if (sample && !event.ctrlKey && !event.metaKey)
          void navigator.clipboard.writeText(
            `${formatIso(sample.at_ms)}\t${sample.rx_rate_bps ?? ''}\t${sample.tx_rate_bps ?? ''}`,
          );
      },
    };
    const action = actions[event.key];
    if (!action || event.altKey) return;
    if (event.key !== 'c') event.preventDefault();
    action();
  }

  const hovered = cursor === null ? null : (data.samples[cursor] ?? null);
  const left = plot.current && hovered ? plot.current.over.offsetLeft + plot.current.valToPos(hovered.at_ms / 1000, 'x') : 0;
  const width = host.current?.clientWidth ?? 0;
  const words = (bps: number | null | undefined): string => {
    if (bps == null) return '–';
    const rate = formatRate(bps, unit);
    return `${rate.number} ${rate.unit}`;
  };
  return (
    // The chart takes the focus: its cursor, zoom and copy are keys.
    <figure
      className={`rate-chart ${className ?? ''}`}
      tabIndex={0}
      aria-label={t('chart.name', { title, in: words(newest?.rx_rate_bps), out: words(newest?.tx_rate_bps) })}
      onKeyDown={onKeyDown}
    >
      <div ref={host} className="rate-plot" />
      {zoom === null && newest?.rx_rate_bps != null && (
        <EndLabel direction="rx" at={rxLabel} bps={newest.rx_rate_bps} unit={unit} />
      )}
      {zoom === null && newest?.tx_rate_bps != null && (
        <EndLabel direction="tx" at={txLabel} bps={newest.tx_rate_bps} unit={unit} />
      )}
      {hovered && <Hover sample={hovered} unit={unit} left={left} source={source} flip={left > width / 2} />}
    </figure>
  );
});

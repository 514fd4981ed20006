import type { PacketLine } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { formatBytes, formatCount, formatRate, formatShare } from '@shared/units';
import { ChartLine, Download } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { toCsv } from '../../components/csv';
import { download, fileName } from '../../components/download';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { useText } from '../../i18n';
import { selectRateUnit, useSettings } from '../../store/settings';
import { type FlowSeries, flowSeries } from './flow-series';
import { timeWords } from './report-words';

const CAUSES = ['zero_window', 'window', 'loss', 'application', 'network'] as const;
const CAUSE_COLOURS: Record<(typeof CAUSES)[number], string> = {
  zero_window: 'var(--series-2)',
  window: 'var(--series-6)',
  loss: 'var(--series-3)',
  application: 'var(--series-4)',
  network: 'var(--series-1)',
};

/** What the slow transfer waited for, by share of its time. */
export function LimitBar({ finding }: { finding: Finding | null }) {
  const t = useText();
  if (!finding) return null;
  const shares = CAUSES.map(cause => ({ cause, share: Number(finding.metrics[`share_${cause}`] ?? 0) })).filter(
    ({ share }) => share > 0,
  );
  if (shares.length === 0) return null;
  return (
    <div className="limit">
      <h3 className="small muted">{t('report.limited')}</h3>
      <div className="share-line" aria-hidden>
        {shares.map(({ cause, share }) => (
          <b key={cause} style={{ flexGrow: share, background: CAUSE_COLOURS[cause] }} />
        ))}
      </div>
      <ul className="legend">
        {shares
          .toSorted((a, b) => b.share - a.share)
          .map(({ cause, share }) => (
            <li key={cause}>
              <span className="swatch" style={{ background: CAUSE_COLOURS[cause] }} aria-hidden />
              <b>{formatShare(share)}</b> {t(`report.limit_${cause}`)}
            </li>
          ))}
      </ul>
    </div>
  );
}

type Values = readonly (number | null)[];
const WIDTH = 120;
const HEIGHT = 46;

function linePath(values: Values, top: number): string {
  let path = '';
  let open = false;
  for (const [at, value] of values.entries()) {
    if (value === null) {
      open = false;
      continue;
    }
    const y = (HEIGHT - (value / top) * (HEIGHT - 2) - 1).toFixed(2);
    // A value between two gaps is a dot: round ends draw a line of no length.
    path += open ? `L${at + 0.5} ${y}` : `M${at + 0.5} ${y}h0`;
    open = true;
  }
  return path;
}

interface PlotProps {
  name: string;
  hint?: string;
  a: Values;
  b: Values;
  /** Columns instead of lines: counts. */
  columns?: boolean;
  words: (value: number) => string;
  cursor: number | null;
}

function Plot({ name, hint, a, b, columns = false, words, cursor }: PlotProps) {
  const both = [...a, ...b].filter(value => value !== null);
  if (both.length === 0) return null;
  const peak = Math.max(...both);
  const top = peak > 0 ? peak : 1;
  const at = (values: Values): ReactNode => {
    const value = cursor === null ? undefined : values[cursor];
    return value === undefined || value === null ? '–' : words(value);
  };
  const hasA = a.some(value => value !== null && value > 0);
  const hasB = b.some(value => value !== null && value > 0);
  return (
    <div className="plot-row">
      <div className="plot-name" title={hint}>
        <span>{name}</span>
        {cursor === null ? (
          <span className="muted small">max {words(peak)}</span>
        ) : (
          <span className="small">
            {hasA && <span className="of-a">a {at(a)} </span>}
            {hasB && <span className="of-b">b {at(b)}</span>}
            {!hasA && !hasB && <span className="muted">{words(0)}</span>}
          </span>
        )}
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
        <line className="plot-zero" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} vectorEffect="non-scaling-stroke" />
        {columns
          ? b.map((value, slot) =>
              value ? (
                // oxlint-disable-next-line react/no-array-index-key -- a slot of time is its place
                <rect
                  key={slot}
                  className="plot-count"
                  x={slot}
                  width="1"
                  y={HEIGHT - (value / top) * HEIGHT}
                  height={(value / top) * HEIGHT}
                />
              ) : null,
            )
          : [
              <path key="a" className="line-a" d={linePath(a, top)} vectorEffect="non-scaling-stroke" />,
              <path key="b" className="line-b" d={linePath(b, top)} vectorEffect="non-scaling-stroke" />,
            ]}
        {cursor !== null && (
          <line
            className="plot-cursor"
            x1={cursor + 0.5}
            x2={cursor + 0.5}
            y1="0"
            y2={HEIGHT}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
    </div>
  );
}

function seriesCsv(series: FlowSeries): string {
  const { throughput, inFlight, window, roundTrip, again, from_ms, slot_ms } = series;
  const head = [
    'time_ms',
    'throughput_a_bps',
    'throughput_b_bps',
    'in_flight_a',
    'in_flight_b',
    'window_a',
    'window_b',
    'rtt_a_ms',
    'rtt_b_ms',
    'sent_again',
  ];
  const rows = again.map((count, at) => [
    from_ms + at * slot_ms,
    throughput.a[at] ?? null,
    throughput.b[at] ?? null,
    inFlight.a[at] ?? null,
    inFlight.b[at] ?? null,
    window.a[at] ?? null,
    window.b[at] ?? null,
    roundTrip.a[at] ?? null,
    roundTrip.b[at] ?? null,
    count,
  ]);
  return toCsv(head, rows);
}

interface FlowPlotsProps {
  lines: readonly PacketLine[];
  /** The packets are on their way. */
  loading: boolean;
  limit: Finding | null;
  chosen: boolean;
}

/** The course of a flow: rate, bytes under way, window, round trip, what was sent again; one time axis, one cursor. */
export function FlowPlots({ lines, loading, limit, chosen }: FlowPlotsProps) {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const series = useMemo(() => flowSeries(lines), [lines]);
  const [cursor, setCursor] = useState<number | null>(null);
  const slots = series?.again.length ?? 0;
  const bytes = (value: number): string => `${formatBytes(value).number} ${formatBytes(value).unit}`;
  const rate = (value: number): string => `${formatRate(value, unit).number} ${formatRate(value, unit).unit}`;
  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Escape') setCursor(null);
    if (!step) return;
    event.preventDefault();
    setCursor(Math.max(0, Math.min(slots - 1, (cursor ?? (step > 0 ? -1 : slots)) + step * (event.shiftKey ? 10 : 1))));
  }
  const span = series ? series.slot_ms * slots : 0;
  return (
    <Panel
      title={t('report.plots')}
      about={series ? t('report.plots_of', { time: timeWords(span) }) : undefined}
      end={
        series && (
          <button
            type="button"
            className="button quiet icon"
            aria-label={t('report.series_csv')}
            title={t('report.series_csv')}
            onClick={() => download(fileName('flow', 'csv'), seriesCsv(series), 'text/csv;charset=utf-8')}
          >
            <Download size={14} aria-hidden />
          </button>
        )
      }
      className="plots-panel"
    >
      <div className="scroll grow">
        <LimitBar finding={limit} />
        {chosen && loading && lines.length === 0 ? (
          <Skeleton rows={5} />
        ) : !series ? (
          <Note icon={ChartLine} title={t(chosen ? 'report.plots_none' : 'report.ladder_none')}>
            {!chosen && <p>{t('report.ladder_none_why')}</p>}
          </Note>
        ) : (
          <figure
            className="plots"
            tabIndex={0}
            aria-label={`${t('report.plots')}. ${t('report.throughput')}: max ${rate(Math.max(...series.throughput.a, ...series.throughput.b))}. ${t('report.plots_keys')}`}
            onKeyDown={onKeyDown}
            onBlur={() => setCursor(null)}
            onPointerLeave={() => setCursor(null)}
            onPointerMove={event => {
              const plot = event.currentTarget.querySelector('svg')?.getBoundingClientRect();
              if (!plot || event.clientX < plot.left || event.clientX > plot.right) return setCursor(null);
              setCursor(Math.min(slots - 1, Math.floor(((event.clientX - plot.left) / plot.width) * slots)));
            }}
          >
            <Plot name={t('report.throughput')} a={series.throughput.a} b={series.throughput.b} words={rate} cursor={cursor} />
            <Plot
              name={t('report.in_flight')}
              hint={t('report.in_flight_hint')}
              a={series.inFlight.a}
              b={series.inFlight.b}
              words={bytes}
              cursor={cursor}
            />
            <Plot
              name={t('report.window')}
              hint={t('report.window_hint')}
              a={series.window.a}
              b={series.window.b}
              words={formatCount}
              cursor={cursor}
            />
            <Plot
              name={t('report.round_trip')}
              hint={t('report.round_trip_hint')}
              a={series.roundTrip.a}
              b={series.roundTrip.b}
              words={timeWords}
              cursor={cursor}
            />
            {series.isTcp && (
              <Plot name={t('report.sent_again')} a={[]} b={series.again} columns words={formatCount} cursor={cursor} />
            )}
            <figcaption className="plot-row small muted">
              <span>
                <span className="of-a">a</span> · <span className="of-b">b</span>
              </span>
              <span className="plot-times">
                <span>{cursor === null ? '0 s' : timeWords((cursor + 0.5) * series.slot_ms)}</span>
                <span>{timeWords(span)}</span>
              </span>
            </figcaption>
          </figure>
        )}
      </div>
    </Panel>
  );
}

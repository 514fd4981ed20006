import type { SocketCount } from '@shared/model/socket-count';
import { formatClock } from '@shared/units';
import { useMemo } from 'react';
import { useParam } from '../../app/router';
import { Panel, Skeleton } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { type Layer, StackedChart, type StackedPoint } from '../../components/StackedChart';
import { useText } from '../../i18n';
import { colourOf } from '../../store/colours';

const SECONDS = 300;
/** One point every 3 s: 100 points are what the width can show. */
const BUCKET_MS = 3_000;
const LAYERS = 4;
const HEIGHT = 132;
const STATE_COLOURS = new Map([
  ['ESTABLISHED', 'var(--series-1)'],
  ['LISTEN', 'var(--series-7)'],
  ['TIME_WAIT', 'var(--series-4)'],
  ['UDP', 'var(--series-3)'],
  ['CLOSE_WAIT', 'var(--series-6)'],
  ['SYN_SENT', 'var(--series-2)'],
]);

type By = 'state' | 'process';

/** Counts as points 3 s apart or as far as they were made; seconds without a count make a gap. Layers: the greatest now, the others joined. */
export function stackCounts(counts: readonly SocketCount[], by: By, fromMs: number): { keys: string[]; points: StackedPoint[] } {
  const field = by === 'state' ? 'by_state' : 'by_process';
  const sampled: SocketCount[] = [];
  for (const count of counts) {
    if (count.at_ms < fromMs) continue;
    const last = sampled.at(-1);
    if (last && count.at_ms - last.at_ms < BUCKET_MS - 500) continue;
    sampled.push(count);
  }
  const newest = counts.at(-1);
  if (newest && sampled.at(-1) !== newest) sampled.push(newest);
  const weight = new Map<string, number>();
  for (const count of sampled)
    for (const [key, value] of Object.entries(count[field])) weight.set(key, Math.max(weight.get(key) ?? 0, value));
  const keys = [...weight]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, LAYERS)
    .map(([key]) => key);
  const points: StackedPoint[] = [];
  let spacing = 0;
  for (const count of sampled) {
    const before = points.at(-1);
    if (before && count.at_ms - before.at_ms > Math.max(BUCKET_MS, spacing, count.interval_ms) * 2)
      points.push({ at_ms: (before.at_ms + count.at_ms) / 2, values: null });
    const values: Record<string, number> = {};
    let rest = by === 'process' ? count.other_processes : 0;
    for (const [key, value] of Object.entries(count[field])) if (!keys.includes(key)) rest += value;
    for (const key of keys) values[key] = count[field][key] ?? 0;
    points.push({ at_ms: count.at_ms, values: { ...values, others: rest } });
    spacing = count.interval_ms;
  }
  return { keys, points };
}

export function SocketsChart({ counts, ready }: { counts: readonly SocketCount[]; ready: boolean }) {
  const t = useText();
  const [by, setBy] = useParam('chart', 'state');
  const kind: By = by === 'process' ? 'process' : 'state';
  const newest = counts.at(-1)?.at_ms ?? 0;
  const oldest = counts[0]?.at_ms ?? 0;
  // What is white before it was not counted.
  const begins = oldest > newest - SECONDS * 1000 + BUCKET_MS;
  const { keys, points } = useMemo(() => stackCounts(counts, kind, newest - SECONDS * 1000), [counts, kind, newest]);
  const names = keys.join('\n');
  const hasOthers = points.some(({ values }) => (values?.['others'] ?? 0) > 0);
  const layers = useMemo<Layer[]>(
    () => [
      ...names
        .split('\n')
        .filter(Boolean)
        .map(key => ({
          key,
          label: key === '-' ? t('word.unknown') : kind === 'state' ? key : key,
          colour: kind === 'process' ? colourOf(key) : (STATE_COLOURS.get(key) ?? 'var(--series-8)'),
        })),
      ...(hasOthers ? [{ key: 'others', label: t('word.others'), colour: 'var(--series-other)' }] : []),
    ],
    [names, kind, hasOthers, t],
  );
  return (
    <Panel
      title={t(kind === 'state' ? 'connections.by_state' : 'connections.by_process')}
      about={
        begins
          ? t('connections.chart_since', { time: formatClock(oldest).slice(0, 5) })
          : t('connections.chart_about', { minutes: SECONDS / 60 })
      }
      end={
        <Segment
          compact
          label={t('connections.chart_by')}
          value={kind}
          onChange={value => setBy(value, { replace: true })}
          options={[
            { value: 'state', label: t('column.state') },
            { value: 'process', label: t('column.process') },
          ]}
        />
      }
    >
      {ready ? (
        <StackedChart
          points={points}
          layers={layers}
          seconds={SECONDS}
          height={HEIGHT}
          label={t(kind === 'state' ? 'connections.by_state' : 'connections.by_process')}
        />
      ) : (
        <div style={{ height: HEIGHT, overflow: 'hidden' }}>
          <Skeleton rows={4} />
        </div>
      )}
    </Panel>
  );
}

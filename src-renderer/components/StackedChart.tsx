import { formatClock, formatCount } from '@shared/units';
import { memo, useMemo } from 'react';
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';

export interface Layer {
  key: string;
  label: string;
  colour: string;
}

export interface StackedPoint {
  at_ms: number;
  /** null: nothing was counted then */
  values: Record<string, number> | null;
}

interface StackedChartProps {
  points: readonly StackedPoint[];
  /** From the ground up. */
  layers: readonly Layer[];
  seconds: number;
  height: number;
  label: string;
}

const END_GAP = 17;

/** Where the labels at the right stand, in % of the height: in the middle of their layer, moved apart in order. */
function placeEnds(
  layers: readonly Layer[],
  values: Record<string, number>,
  top: number,
  plotHeight: number,
): { layer: Layer; value: number; y: number }[] {
  let sum = 0;
  const ends = layers.map(layer => {
    const value = values[layer.key] ?? 0;
    const y = plotHeight * (1 - (sum + value / 2) / top);
    sum += value;
    return { layer, value, y };
  });
  // From the ground up, each at least a line above the one below it; then down again where the top is reached.
  for (let at = 0; at < ends.length; at++) {
    const end = ends[at];
    const below = ends[at - 1];
    if (end) end.y = Math.min(end.y, below ? below.y - END_GAP : plotHeight - 6);
  }
  const highest = ends.at(-1)?.y ?? 0;
  const shift = Math.max(0, 7 - highest);
  return ends.map(end => ({ ...end, y: end.y + shift }));
}

/** Counts over time, one area on the other; the present counts stand at the right instead of a legend. */
export const StackedChart = memo(function StackedChart({ points, layers, seconds, height, label }: StackedChartProps) {
  const newest = points.at(-1)?.at_ms ?? 0;
  const rows = useMemo(() => points.map(({ at_ms, values }) => ({ at_ms, ...values })), [points]);
  const latest = points.findLast(({ values }) => values !== null)?.values ?? null;
  const greatest = Math.max(1, ...points.map(({ values }) => layers.reduce((sum, { key }) => sum + (values?.[key] ?? 0), 0)));
  const step =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000].find(size => greatest / size <= 3) ??
    100_000;
  const top = Math.ceil((greatest * 1.05) / step) * step;
  const plotHeight = height - 34;
  const minutes = seconds / 60;
  return (
    <figure className="stacked-chart" aria-label={label} style={{ height }}>
      <div>
        <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 600, height }}>
          <AreaChart data={rows} margin={{ top: 8, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--chart-grid)" />
            <XAxis
              dataKey="at_ms"
              type="number"
              domain={[newest - seconds * 1000, newest]}
              allowDataOverflow
              ticks={Array.from({ length: minutes + 1 }, (_, at) => newest - (minutes - at) * 60_000)}
              tickFormatter={value => formatClock(Number(value)).slice(0, 5)}
              tickLine={false}
              axisLine={{ stroke: 'var(--line-strong)' }}
              height={26}
              interval="preserveStartEnd"
            />
            <YAxis
              width={54}
              domain={[0, top]}
              ticks={Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step)}
              tickLine={false}
              axisLine={false}
              tickFormatter={value => formatCount(Number(value))}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--muted)', strokeDasharray: '2 3' }}
              content={({ active, payload, label: at }) =>
                active && payload.length > 0 ? (
                  <div className="chart-hover">
                    <div className="muted">{formatClock(Number(at))}</div>
                    <div className="pairs">
                      {payload
                        .toReversed()
                        .map(entry => [
                          <span key={`${String(entry.dataKey)}-name`}>{entry.name}</span>,
                          <span key={`${String(entry.dataKey)}-value`}>{formatCount(Number(entry.value ?? 0))}</span>,
                        ])}
                    </div>
                  </div>
                ) : null
              }
            />
            {layers.map(({ key, label: name, colour }) => (
              <Area
                key={key}
                dataKey={key}
                name={name}
                stackId="all"
                type="linear"
                stroke={colour}
                strokeWidth={1.25}
                fill={colour}
                fillOpacity={0.26}
                isAnimationActive={false}
                connectNulls={false}
                activeDot={false}
              />
            ))}
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <ul className="ends">
        {latest &&
          placeEnds(layers, latest, top, plotHeight).map(({ layer, value, y }) => (
            <li key={layer.key} style={{ top: y + 8 }}>
              <span className="swatch" style={{ background: layer.colour }} aria-hidden />
              <b>{formatCount(value)}</b>
              <span className="t2">{layer.label}</span>
            </li>
          ))}
      </ul>
    </figure>
  );
});

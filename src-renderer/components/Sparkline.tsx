import type { InterfaceSample } from '@shared/model/interface';
import { memo } from 'react';

const WIDTH = 120;
const HALF = 13;

interface SparklineProps {
  samples: readonly InterfaceSample[];
  seconds: number;
  label: string;
}

/** Line and area of one direction; a gap or an unknown rate ends the line. */
function paths(points: readonly { x: number; y: number | null }[]): { line: string; area: string } {
  let line = '';
  let area = '';
  let startX: number | null = null;
  let lastX = 0;
  for (const { x, y } of points) {
    if (y === null) {
      if (startX !== null) area += `L${lastX.toFixed(1)} ${HALF}Z`;
      startX = null;
      continue;
    }
    const at = `${x.toFixed(1)} ${y.toFixed(1)}`;
    line += `${startX === null ? 'M' : 'L'}${at}`;
    area += startX === null ? `M${x.toFixed(1)} ${HALF}L${at}` : `L${at}`;
    startX ??= x;
    lastX = x;
  }
  if (startX !== null) area += `L${lastX.toFixed(1)} ${HALF}Z`;
  return { line, area };
}

/** Receive above the line, transmit below, on one scale; every fourth second's peak is kept, not averaged away. */
export const Sparkline = memo(function Sparkline({ samples, seconds, label }: SparklineProps) {
  const newest = samples.at(-1)?.at_ms ?? 0;
  const from = newest - seconds * 1000;
  const buckets: { x: number; rx: number | null; tx: number | null }[] = [];
  const step = Math.max(1, Math.floor(seconds / 75));
  let lastBucket = -1;
  let max = 1;
  for (const sample of samples) {
    if (sample.at_ms < from) continue;
    const bucket = Math.floor((sample.at_ms - from) / (step * 1000));
    const current = buckets.at(-1);
    if (bucket === lastBucket && current) {
      if (sample.rx_rate_bps !== null) current.rx = Math.max(current.rx ?? 0, sample.rx_rate_bps);
      if (sample.tx_rate_bps !== null) current.tx = Math.max(current.tx ?? 0, sample.tx_rate_bps);
    } else {
      if (lastBucket >= 0 && bucket > lastBucket + 2)
        buckets.push({ x: ((lastBucket + 1) * step * WIDTH) / seconds, rx: null, tx: null });
      buckets.push({ x: (bucket * step * WIDTH) / seconds, rx: sample.rx_rate_bps, tx: sample.tx_rate_bps });
      lastBucket = bucket;
    }
    max = Math.max(max, sample.rx_rate_bps ?? 0, sample.tx_rate_bps ?? 0);
  }
  const rx = paths(buckets.map(({ x, rx: value }) => ({ x, y: value === null ? null : HALF - (value / max) * (HALF - 1) })));
  const tx = paths(buckets.map(({ x, tx: value }) => ({ x, y: value === null ? null : HALF + (value / max) * (HALF - 1) })));
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HALF * 2}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path className="f-rx" d={rx.area} />
      <path className="f-tx" d={tx.area} />
      <line className="l-zero" x1="0" x2={WIDTH} y1={HALF} y2={HALF} />
      <path className="l-rx" d={rx.line} />
      <path className="l-tx" d={tx.line} />
    </svg>
  );
});

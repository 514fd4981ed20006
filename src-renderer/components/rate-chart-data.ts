import type { InterfaceSample } from '@shared/model/interface';
import type { RateUnit } from '@shared/units';

export interface Gap {
  /** s since 1970 */
  from: number;
  to: number;
}

export interface PlotData {
  /** x in s; receive positive, transmit negative; null ends a line */
  columns: [number[], (number | null)[], (number | null)[]];
  /** The sample of each x; null where a gap was put in. */
  samples: (InterfaceSample | null)[];
  gaps: Gap[];
}

/** What a sample may be late before it counts as missing. */
const LATE_MS = 1_600;

/** Samples as columns for the chart. A missing second becomes a gap in the line, never a zero. */
export function toPlotData(samples: readonly InterfaceSample[], unit: RateUnit): PlotData {
  const scale = unit === 'bit' ? 1 : 1 / 8;
  const x: number[] = [];
  const rx: (number | null)[] = [];
  const tx: (number | null)[] = [];
  const kept: (InterfaceSample | null)[] = [];
  const gaps: Gap[] = [];
  let before: InterfaceSample | undefined;
  for (const sample of samples) {
    if (before && sample.at_ms - before.at_ms > 1_000 + LATE_MS) {
      // The first sample after a gap stands for its last second, also when it is the mean of all that was missed.
      const to = (sample.at_ms - Math.min(sample.interval_ms, 1_000)) / 1000;
      const from = before.at_ms / 1000;
      if (to - from > 0.5) gaps.push({ from, to });
      x.push((from + to) / 2);
      rx.push(null);
      tx.push(null);
      kept.push(null);
    }
    x.push(sample.at_ms / 1000);
    rx.push(sample.rx_rate_bps === null ? null : sample.rx_rate_bps * scale);
    tx.push(sample.tx_rate_bps === null ? null : -sample.tx_rate_bps * scale);
    kept.push(sample);
    before = sample;
  }
  return { columns: [x, rx, tx], samples: kept, gaps };
}

export interface Scale {
  /** Lowest and highest value shown; the zero line stands where the two maxima put it. */
  bottom: number;
  top: number;
  step: number;
}

const IDLE_SPAN = 1_000;
const SHRINK_AFTER_MS = 10_000;

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = rough / power;
  return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

/** One scale for both directions, from the greatest of each. @param lines grid lines wanted */
export function scaleFor(maxRx: number, maxTx: number, lines = 5): Scale {
  const span = Math.max((maxRx + maxTx) * 1.06, IDLE_SPAN);
  const step = niceStep(span / lines);
  const up = Math.max(1, Math.ceil((maxRx * 1.04) / step));
  const down = Math.max(1, Math.ceil((maxTx * 1.04) / step));
  return { bottom: -down * step, top: up * step, step };
}

/** Grows at once, shrinks only after it could have been smaller for 10 s: a scale that breathes cannot be read. */
export class SteadyScale {
  #shown: Scale | undefined;
  #smallerSinceMs: number | undefined;

  next(wanted: Scale, nowMs: number): Scale {
    const shown = this.#shown;
    const grows = !shown || wanted.top > shown.top || wanted.bottom < shown.bottom;
    const same = shown && wanted.top === shown.top && wanted.bottom === shown.bottom;
    if (same || grows) {
      this.#smallerSinceMs = undefined;
      // The same object while nothing changes: it decides whether the chart is drawn again.
      if (same) return shown;
      this.#shown = wanted;
      return wanted;
    }
    this.#smallerSinceMs ??= nowMs;
    if (nowMs - this.#smallerSinceMs >= SHRINK_AFTER_MS) {
      this.#smallerSinceMs = undefined;
      this.#shown = wanted;
      return wanted;
    }
    return shown;
  }

  reset(): void {
    this.#shown = undefined;
    this.#smallerSinceMs = undefined;
  }
}

/** Greatest receive and transmit value between two times. */
export function extremes({ columns: [x, rx, tx] }: PlotData, from: number, to: number): { rx: number; tx: number } {
  let maxRx = 0;
  let maxTx = 0;
  for (let at = x.length - 1; at >= 0; at--) {
    const time = x[at] ?? 0;
    if (time > to) continue;
    if (time < from) break;
    maxRx = Math.max(maxRx, rx[at] ?? 0);
    maxTx = Math.max(maxTx, -(tx[at] ?? 0));
  }
  return { rx: maxRx, tx: maxTx };
}

/** Every so many seconds, so that about five labels stand on the axis. */
export function timeSteps(from: number, to: number): number[] {
  const rough = (to - from) / 6;
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 180, 300].find(seconds => seconds >= rough) ?? 600;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
}

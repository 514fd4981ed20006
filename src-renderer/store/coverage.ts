import type { Coverage } from '@shared/model/source';

/** Whole seconds since a moment in which nothing was watched; a gap that lasts goes to now. */
export function unwatchedSeconds(gaps: Coverage['gaps'], fromMs: number, nowMs: number): number {
  let sum = 0;
  for (const { from, to } of gaps)
    sum += Math.max(0, (to === null ? nowMs : Date.parse(to)) - Math.max(fromMs, Date.parse(from)));
  return Math.round(sum / 1_000);
}

/** One column: what was counted between at_ms and the next one. */
export interface ColumnOfCounts {
  at_ms: number;
  values: ReadonlyMap<string, number>;
  /** Some of it was not watched. */
  gap: boolean;
}

export interface Range {
  from_ms: number;
  to_ms: number;
}

const SECOND_MS = 1_000;

/** Seconds a column stands for: about 150 columns, whatever the window. */
export function stepOf(windowS: number): number {
  return [1, 2, 5, 10].find(step => windowS / step <= 180) ?? 10;
}

/**
 * Seconds joined to columns that stand at multiples of the step, so that a column does not change its seconds while time goes on.
 * Seconds that are not there had nothing: a stream may leave them out.
 * @param sinceMs before it nothing was watched
 */
export function columnsOf<Second extends { at_ms: number; gap: boolean }>(
  seconds: readonly Second[],
  { from_ms, to_ms }: Range,
  stepS: number,
  countsOf: (second: Second) => Iterable<readonly [key: string, count: number]>,
  sinceMs = Number.NEGATIVE_INFINITY,
): ColumnOfCounts[] {
  const stepMs = stepS * SECOND_MS;
  const first = Math.floor(from_ms / stepMs) * stepMs;
  const columns = Array.from({ length: Math.max(0, Math.ceil((to_ms - first) / stepMs)) }, (_, at) => ({
    at_ms: first + at * stepMs,
    values: new Map<string, number>(),
    gap: first + at * stepMs < sinceMs,
  }));
  for (const second of seconds) {
    const column = columns[Math.floor((second.at_ms - first) / stepMs)];
    if (!column) continue;
    column.gap ||= second.gap;
    for (const [key, count] of countsOf(second)) column.values.set(key, (column.values.get(key) ?? 0) + count);
  }
  return columns;
}

/** All of a window by key, the most frequent first. */
export function totalsByKey(columns: readonly ColumnOfCounts[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { values } of columns) for (const [key, count] of values) totals.set(key, (totals.get(key) ?? 0) + count);
  return new Map([...totals].sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1)));
}

/** Gaps that touch as one, as indices of the first and behind the last column. */
export function gapsOf(columns: readonly { gap: boolean }[]): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = [];
  for (const [at, { gap }] of columns.entries()) {
    if (!gap) continue;
    const last = gaps.at(-1);
    if (last?.to === at) last.to = at + 1;
    else gaps.push({ from: at, to: at + 1 });
  }
  return gaps;
}

/** The next round number: what stands at the top of the axis. */
export function roundTop(greatest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, greatest)));
  return [1, 2, 4, 5, 10].map(part => part * power).find(top => top >= greatest) ?? greatest;
}

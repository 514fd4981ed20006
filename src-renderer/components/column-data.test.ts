import { expect, test } from 'vitest';
import { columnsOf, gapsOf, roundTop, stepOf, totalsByKey } from './column-data';

const second = (at_s: number, counts: Record<string, number>, gap = false) => ({ at_ms: at_s * 1_000, counts, gap });
const countsOf = ({ counts }: { counts: Record<string, number> }) => Object.entries(counts);

test('joins seconds to columns at multiples of the step, so that they keep their seconds while time goes on', () => {
  const seconds = [second(9, { a: 1 }), second(10, { a: 2 }), second(11, { b: 3 }), second(14, { a: 4 }, true)];
  const range = { from_ms: 10_000, to_ms: 15_000 };
  const columns = columnsOf(seconds, range, 2, countsOf);
  expect(columns.map(({ at_ms, values, gap }) => [at_ms / 1_000, Object.fromEntries(values), gap])).toEqual([
    [10, { a: 2, b: 3 }, false],
    [12, {}, false],
    [14, { a: 4 }, true],
  ]);
  const later = columnsOf(seconds, { from_ms: 11_000, to_ms: 16_000 }, 2, countsOf);
  expect(later.slice(0, 3)).toEqual(columns);
  expect([...totalsByKey(columns)]).toEqual([
    ['a', 6],
    ['b', 3],
  ]);
});

test('what begins before anything was watched is a gap', () => {
  const columns = columnsOf([second(5, { a: 1 })], { from_ms: 0, to_ms: 6_000 }, 2, countsOf, 3_000);
  expect(columns.map(({ gap }) => gap)).toEqual([true, true, false]);
});

test('joins gaps that touch', () => {
  expect(gapsOf([{ gap: false }, { gap: true }, { gap: true }, { gap: false }, { gap: true }])).toEqual([
    { from: 1, to: 3 },
    { from: 4, to: 5 },
  ]);
});

test.each([
  [60, 1],
  [300, 2],
  [900, 5],
])('a window of %i s has columns of %i s', (windowS, step) => {
  expect(stepOf(windowS)).toBe(step);
});

test.each([
  [0, 1],
  [3, 4],
  [11, 20],
  [401, 500],
  [501, 1_000],
])('an axis that holds %i ends at %i', (greatest, top) => {
  expect(roundTop(greatest)).toBe(top);
});

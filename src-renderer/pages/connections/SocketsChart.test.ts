import { countSockets } from '@shared/model/socket-count';
import { expect, test } from 'vitest';
import { row } from '../../store/socket-rows';
import { stackCounts } from './SocketsChart';

const at = (second: number, intervalMs: number, sockets = 1) =>
  countSockets(
    Array.from({ length: sockets }, (_, number) => row(`${number}`)),
    second * 1_000,
    intervalMs,
  );

test('joins counts as far apart as they were made, and leaves a gap where one is missing', () => {
  const { points } = stackCounts([at(0, 5_000), at(5, 5_000), at(10, 5_000), at(25, 5_000)], 'state', 0);
  expect(points.map(({ at_ms, values }) => [at_ms / 1_000, values?.['ESTABLISHED'] ?? null])).toEqual([
    [0, 1],
    [5, 1],
    [10, 1],
    [17.5, null],
    [25, 1],
  ]);
});

test("sees no gap where the page's own counts end and the engine's slower ones go on", () => {
  const { points } = stackCounts([at(0, 1_000), at(1, 1_000), at(8, 5_000), at(13, 5_000)], 'state', 0);
  expect(points.map(({ values }) => values?.['ESTABLISHED'] ?? null)).toEqual([1, 1, 1]);
});

test('takes one point of three seconds and always the newest', () => {
  const counts = Array.from({ length: 8 }, (_, second) => at(second, 1_000, second));
  expect(stackCounts(counts, 'state', 0).points.map(({ at_ms }) => at_ms / 1_000)).toEqual([0, 3, 6, 7]);
});

test('keeps four layers and joins the others, also those that were not counted apart', () => {
  const programs = Array.from({ length: 30 }, (_, number) => row(`${number}`, { program: `p${number}` }));
  const { keys, points } = stackCounts([countSockets(programs, 0, 1_000)], 'process', 0);
  expect(keys).toHaveLength(4);
  expect(points[0]?.values?.['others']).toBe(26);
});

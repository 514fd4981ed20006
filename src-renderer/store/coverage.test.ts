import { expect, test } from 'vitest';
import { unwatchedSeconds } from './coverage';

const gap = (from: number, to: number | null) => ({
  from: new Date(from * 1_000).toISOString(),
  to: to === null ? null : new Date(to * 1_000).toISOString(),
  reason: '',
});

test.each([
  ['no gap', [], 0],
  ['a gap before the time asked for', [gap(1, 5)], 0],
  ['a gap that reaches into it', [gap(5, 13)], 3],
  ['two gaps, one of which lasts', [gap(11, 12), gap(18, null)], 3],
])('%s', (_name, gaps, seconds) => {
  expect(unwatchedSeconds(gaps, 10_000, 20_000)).toBe(seconds);
});

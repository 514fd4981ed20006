import { expect, test } from 'vitest';
import { countChanges } from './use-frozen-order';

test.each([
  ['nothing when nothing changed', ['a', 'b'], ['a', 'b'], 0],
  ['a row that came', ['a', 'b'], ['a', 'c', 'b'], 1],
  ['a row that went', ['a', 'b', 'c'], ['a', 'c'], 1],
  ['two rows that changed places', ['a', 'b', 'c'], ['b', 'a', 'c'], 2],
  ['rows that came, went and moved', ['a', 'b', 'c'], ['c', 'b', 'd'], 4],
])('counts %s', (_name, shown, next, changes) => {
  expect(countChanges(shown, next)).toBe(changes);
});

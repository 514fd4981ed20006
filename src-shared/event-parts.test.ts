import { expect, test } from 'vitest';
import { joinParts, partsOf } from './event-parts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('an event of few rows is one part, as it is', () => {
  const event = { snapshot: true, upserted: numbers(500), closed: [] };
  expect(partsOf(event)).toEqual([event]);
  expect(partsOf('snapshot')).toEqual(['snapshot']);
});

test('an event of many rows is cut into parts that say the rest each, and put together again', () => {
  const event = { snapshot: true, at_ms: 5, upserted: numbers(1_201), closed: ['a'], source: { caveats: [] } };
  const parts = partsOf(event);
  expect(parts).toMatchObject([
    { snapshot: true, at_ms: 5, closed: ['a'], source: { caveats: [] } },
    { snapshot: true, at_ms: 5, closed: [] },
    { upserted: numbers(1_201).slice(1_000) },
  ]);
  expect(joinParts(parts)).toEqual(event);
  expect(joinParts([event])).toBe(event);
});

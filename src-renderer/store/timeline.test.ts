import { expect, test } from 'vitest';
import { batch, coverage, liveEvent } from './event-rows';
import { applyBatch, TIMELINE_ROWS, type Timeline } from './timeline';

const gap = (from: string, to: string | null) => ({ from, to, reason: 'the helper was away' });
const keys = (table: Timeline) => [...table.keys()];

test('a snapshot takes the place of what was there, with its gaps at their time', () => {
  const table: Timeline = new Map();
  applyBatch(table, batch([liveEvent(99)], { snapshot: true }), null, 0);
  const gaps = [
    gap('1970-01-01T00:00:00.500Z', '1970-01-01T00:00:00.700Z'),
    gap('1970-01-01T00:00:01.500Z', '1970-01-01T00:00:01.700Z'),
  ];
  applyBatch(table, batch([liveEvent(1), liveEvent(2)], { snapshot: true, coverage: coverage({ gaps }) }), null, 0);
  // The first gap lies before the oldest event.
  expect(keys(table)).toEqual(['e1', 'gap1970-01-01T00:00:01.500Z', 'e2']);
});

test('what is left out of a second stands in one row of it, however many batches left some out', () => {
  const table: Timeline = new Map();
  applyBatch(table, batch([liveEvent(1, { at_ms: 5_100 })], { skipped: 40 }), coverage(), 0);
  applyBatch(table, batch([liveEvent(2, { at_ms: 5_900 })], { skipped: 2 }), coverage(), 0);
  applyBatch(table, batch([liveEvent(3, { at_ms: 6_000 })], { skipped: 1 }), coverage(), 0);
  expect(keys(table)).toEqual(['skipped5', 'e1', 'e2', 'skipped6', 'e3']);
  expect(table.get('skipped5')?.mark).toEqual({ kind: 'skipped', count: 42 });
});

test('events that found the buffer full are a row of their own, counted from the batch before', () => {
  const table: Timeline = new Map();
  applyBatch(table, batch([], { coverage: coverage({ lost: 12 }) }), null, 1_000);
  expect(keys(table)).toEqual([]);
  applyBatch(table, batch([], { coverage: coverage({ lost: 15 }) }), coverage({ lost: 12 }), 2_000);
  expect(table.get('lost2')?.mark).toEqual({ kind: 'lost', count: 3 });
});

test('a gap is said when it begins, and how long it was when it is over', () => {
  const table: Timeline = new Map();
  const open = coverage({ gaps: [gap('1970-01-01T00:00:01Z', null)] });
  applyBatch(table, batch([], { coverage: open }), coverage(), 1_000);
  expect(table.get('gap1970-01-01T00:00:01Z')?.mark).toMatchObject({ to_ms: null });
  const over = coverage({ gaps: [gap('1970-01-01T00:00:01Z', '1970-01-01T00:00:04Z')] });
  applyBatch(table, batch([liveEvent(5)], { coverage: over }), open, 5_000);
  expect(table.get('gap1970-01-01T00:00:01Z')?.mark).toMatchObject({ from_ms: 1_000, to_ms: 4_000 });
  expect(keys(table)).toEqual(['gap1970-01-01T00:00:01Z', 'e5']);
});

test('the oldest rows leave, and a gap that has left does not come back', () => {
  const table: Timeline = new Map();
  const gaps = coverage({ gaps: [gap('1970-01-01T00:00:00Z', '1970-01-01T00:00:00.500Z')] });
  applyBatch(table, batch([], { coverage: gaps }), coverage(), 0);
  const many = Array.from({ length: TIMELINE_ROWS }, (_, at) => liveEvent(at));
  applyBatch(table, batch(many, { coverage: gaps }), gaps, 0);
  applyBatch(table, batch([liveEvent(TIMELINE_ROWS)], { coverage: gaps }), gaps, 0);
  expect(table.size).toBe(TIMELINE_ROWS);
  expect(keys(table)[0]).toBe('e1');
});

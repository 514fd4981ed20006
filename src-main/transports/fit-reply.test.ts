import type { ToolReply } from '@shared/bridge';
import { expect, test } from 'vitest';
import { fitReply } from './fit-reply';

const sizeOf = (reply: ToolReply<unknown>) => Buffer.byteLength(JSON.stringify(reply));
const fit = (data: unknown, maxBytes: number, input: unknown = {}) =>
  fitReply({ success: true, message: 'Done.', data }, { maxBytes, sizeOf, language: 'en', input });
const rows = (count: number) => Array.from({ length: count }, (_, number) => ({ number }));

test('a reply that fits is the same object', () => {
  const reply = { success: true as const, message: 'Done.', data: { rows: rows(3) } };
  expect(fitReply(reply, { maxBytes: 1_000, sizeOf, language: 'en', input: {} })).toBe(reply);
});

test('as many rows stay as fit, and one more would not', () => {
  const reply = fit({ rows: rows(1_000), total: 1_000, truncated: false, next_offset: null }, 2_000);
  expect(sizeOf(reply)).toBeLessThanOrEqual(2_000);
  expect(sizeOf(reply)).toBeGreaterThan(1_980);
});

test('a page goes on from its own offset and keeps the total of all', () => {
  const reply = fit({ rows: rows(500), total: 900, truncated: false, next_offset: null }, 2_000, { offset: '400' });
  const { rows: kept, ...rest } = reply.data as { rows: unknown[]; total: number; next_offset: number };
  expect(rest).toEqual({ total: 900, truncated: true, next_offset: 400 + kept.length });
  expect(reply.message).toBe(
    `Done. Showing ${kept.length} of 900: the reply has a size limit. Go on with offset ${400 + kept.length}, or ask for more with limit.`,
  );
});

test('a result without pages says which list was cut', () => {
  const reply = fit({ stats: { series: rows(1_000) } }, 1_000);
  expect(reply.message).toMatch(/Showing \d+ of 1000 stats\.series/);
  expect(reply.data).not.toHaveProperty('next_offset');
});

test('the longest list goes first, the others only when that is not enough; the source stays whole', () => {
  const source = { caveats: ['x'.repeat(300)] };
  const reply = fit({ long: rows(500), short: rows(200), few: rows(2), source }, 700);
  expect(reply.data).toMatchObject({ long: [], few: rows(2), source, truncated: true });
  expect(sizeOf(reply)).toBeLessThanOrEqual(700);
});

test('a single value that is too large leaves an error that says what to do', () => {
  expect(fit({ text: 'x'.repeat(10_000) }, 1_000)).toMatchObject({
    success: false,
    data: null,
    error: { code: 'unsupported', hint: expect.stringContaining('filter') },
  });
});

test('a failure keeps its code when its partial data is too large', () => {
  const failed: ToolReply<unknown> = {
    success: false,
    message: 'Lost.',
    data: { text: 'x'.repeat(10_000) } as never,
    error: { code: 'timeout', hint: '' },
  };
  expect(fitReply(failed, { maxBytes: 1_000, sizeOf, language: 'en', input: {} })).toEqual({ ...failed, data: null });
});

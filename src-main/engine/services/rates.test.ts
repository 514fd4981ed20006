import type { InterfaceSample } from '@shared/model/interface';
import { expect, test } from 'vitest';
import type { CounterRow } from '../collectors/counters/counter-row';
import type { Clock } from './clock';
import { sampleInterfaces, WINDOW } from './interface-samples';
import { growth, samplesBetween } from './rates';

function row(rx_bytes: number, fields: Partial<CounterRow> = {}): CounterRow {
  return {
    name: 'eth0',
    index: 2,
    counters: { rx_bytes, tx_bytes: 0, rx_packets: 0, tx_packets: 0, rx_errors: 0, tx_errors: 0, rx_dropped: 0, tx_dropped: 0 },
    ...fields,
  };
}

const at = (monotonicMs: number, ...rows: CounterRow[]) => ({ monotonicMs, wallMs: 1_700_000_000_000 + monotonicMs, rows });

test('a rate is bit/s of the measured interval, not of a nominal second', () => {
  const [sample] = samplesBetween(at(0, row(1_000)), at(1_250, row(2_250)), 1);
  expect(sample).toMatchObject({ rx_rate_bps: 8_000, tx_rate_bps: 0, interval_ms: 1_250 });
});

test.each([
  ['a 32-bit wrap', row(2 ** 32 - 100), row(50)],
  ['a reset', row(5_000), row(0)],
  ['another interface under the same name', row(100), row(900, { index: 7 })],
])('%s gives no rate, and never a negative one', (_name, before, after) => {
  const [sample] = samplesBetween(at(0, before), at(1_000, after), 1);
  expect(sample?.rx_rate_bps).toBeNull();
});

test('a renamed interface is the same one', () => {
  const [sample] = samplesBetween(at(0, row(1_000)), at(1_000, row(2_000, { name: 'lan0' })), 1);
  expect(sample).toMatchObject({ interface: 'lan0', index: 2, rx_rate_bps: 8_000 });
});

test('growth of an unknown counter is unknown', () => {
  expect([growth(undefined, 5), growth(5, 5), growth(6, 5)]).toEqual([null, 0, null]);
});

/** A clock that a test moves; work that is due runs when it is passed. */
function manualClock(): Clock & { advance(ms: number): Promise<void> } {
  let nowMs = 0;
  let wallOffset = 1_700_000_000_000;
  const timers = new Set<{ dueMs: number; run: () => void }>();
  return {
    wallMs: () => nowMs + (wallOffset -= 3_600_000), // a wall clock that jumps back an hour at each look
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const timer = { dueMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      nowMs += ms;
      for (const timer of Array.from(timers)) {
        if (timer.dueMs > nowMs) continue;
        timers.delete(timer);
        timer.run();
      }
      for (let turn = 0; turn < 5; turn++) await Promise.resolve(); // the reading's own promises
    },
  };
}

test('a window starts with what was kept, holds 15 minutes, and shows a pause as a jump', async () => {
  const clock = manualClock();
  let bytes = 0;
  const service = sampleInterfaces(() => Promise.resolve([row((bytes += 1_000))]), clock);
  await clock.advance(0);
  for (let second = 0; second < 1_000; second++) await clock.advance(1_000);
  const got: InterfaceSample[] = [];
  const stop = service.listen({ interface: 'eth0' }, ({ samples }) => got.push(...samples));
  expect(got).toHaveLength(WINDOW);
  expect(got.at(-1)).toMatchObject({ sequence: 1_000, rx_rate_bps: 8_000 });

  await clock.advance(61_000); // asleep
  expect(got.at(-1)).toMatchObject({ sequence: 1_061, interval_ms: 61_000, rx_rate_bps: 131 });
  expect(got.every(({ interval_ms }) => interval_ms > 0)).toBe(true);
  stop();
  await clock.advance(1_000);
  expect(got).toHaveLength(WINDOW + 1);
  service.stop();
});

test('a reading that fails is a gap, and the next second goes on', async () => {
  const clock = manualClock();
  let bytes = 0;
  let fail = false;
  const service = sampleInterfaces(
    () => (fail ? Promise.reject(new Error('no file')) : Promise.resolve([row((bytes += 1_000))])),
    clock,
  );
  const got: InterfaceSample[] = [];
  service.listen({ interface: null }, ({ samples }) => got.push(...samples));
  await clock.advance(0);
  await clock.advance(1_000);
  fail = true;
  await clock.advance(1_000);
  fail = false;
  await clock.advance(1_000);
  expect(got.map(({ sequence }) => sequence)).toEqual([1, 3]);
  service.stop();
});

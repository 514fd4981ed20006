import type { InterfaceSample } from '@shared/model/interface';
import { expect, test } from 'vitest';
import { extremes, SteadyScale, scaleFor, toPlotData } from './rate-chart-data';

function sample(second: number, rx: number | null, tx: number | null = 0): InterfaceSample {
  return {
    at_ms: second * 1000,
    sequence: second,
    interval_ms: 1000,
    interface: 'eth0',
    index: 2,
    rx_rate_bps: rx,
    tx_rate_bps: tx,
    rx_packet_rate: 0,
    tx_packet_rate: 0,
    rx_errors: 0,
    tx_errors: 0,
    rx_dropped: 0,
    tx_dropped: 0,
  };
}

test('draws transmit below the axis and bytes as an eighth of bits', () => {
  expect(toPlotData([sample(1, 800, 80)], 'byte').columns).toEqual([[1], [100], [-10]]);
});

test('makes a gap where seconds are missing and names its length', () => {
  const data = toPlotData([sample(1, 8), sample(2, 8), sample(11, 8)], 'bit');
  expect(data.gaps).toEqual([{ from: 2, to: 10 }]);
  expect(data.columns[1]).toEqual([8, 8, null, 8]);
  expect(data.samples.map(kept => kept?.sequence ?? null)).toEqual([1, 2, null, 11]);
});

test('calls seconds that were only measured as one mean a gap', () => {
  const late = { ...sample(9, 8), interval_ms: 7_000 };
  expect(toPlotData([sample(1, 8), sample(2, 8), late], 'bit').gaps).toEqual([{ from: 2, to: 8 }]);
});

test('takes a sample that is a little late for no gap', () => {
  expect(toPlotData([sample(1, 8), sample(3, 8)], 'bit').gaps).toEqual([]);
});

test('keeps a rate that is not known out of the line', () => {
  expect(toPlotData([sample(1, null), sample(2, 5)], 'bit').columns[1]).toEqual([null, 5]);
});

test('puts the zero line where the two maxima put it, on one scale', () => {
  expect(scaleFor(38e6, 5e6)).toEqual({ bottom: -1e7, top: 4e7, step: 1e7 });
  expect(scaleFor(0, 0)).toEqual({ bottom: -200, top: 200, step: 200 });
});

test('grows at once and shrinks after ten seconds', () => {
  const steady = new SteadyScale();
  const small = scaleFor(1e6, 0);
  const large = scaleFor(9e6, 0);
  expect(steady.next(small, 0)).toBe(small);
  expect(steady.next(large, 1_000)).toBe(large);
  expect(steady.next(small, 2_000)).toBe(large);
  expect(steady.next(small, 11_999)).toBe(large);
  expect(steady.next(small, 12_000)).toBe(small);
});

test('finds the greatest values inside the window only', () => {
  const data = toPlotData([sample(1, 900, 9), sample(2, 5, 7), sample(3, 6, 3)], 'bit');
  expect(extremes(data, 2, 3)).toEqual({ rx: 6, tx: 7 });
});

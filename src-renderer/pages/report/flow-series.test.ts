import type { PacketLine } from '@shared/model/capture';
import { expect, test } from 'vitest';
import { flowSeries } from './flow-series';

let number = 0;
function line(part: Partial<PacketLine> & Pick<PacketLine, 'from' | 'time_ms'>): PacketLine {
  number += 1;
  return { packet: number, flags: 'A', seq: 1, ack: 1, length: 0, window: 500, notes: [], text: '', ...part };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('the throughput of all slots is every byte of payload', () => {
  const lines = Array.from({ length: 50 }, (_, at) => line({ from: 'b', time_ms: at * 20, seq: 1 + at * 1_000, length: 1_000 }));
  const series = flowSeries(lines);
  expect(series).not.toBeNull();
  expect((sum(series?.throughput.b ?? []) * (series?.slot_ms ?? 0)) / 8_000).toBeCloseTo(50_000, 6);
  expect(sum(series?.throughput.a ?? [])).toBe(0);
});

test('bytes in flight grow with segments and fall with the ACK for them', () => {
  const series = flowSeries([
    line({ from: 'b', time_ms: 0, seq: 1, length: 1_000 }),
    line({ from: 'b', time_ms: 10, seq: 1_001, length: 1_000 }),
    line({ from: 'a', time_ms: 60, ack: 2_001 }),
    line({ from: 'a', time_ms: 120, ack: 2_001 }),
  ]);
  expect(series?.inFlight.b[10]).toBe(2_000);
  expect(series?.inFlight.b[90]).toBe(0);
  expect(series?.inFlight.a.every(value => value === null)).toBe(true);
});

test('a burst that is confirmed at once leaves nothing in flight while nothing is sent', () => {
  const series = flowSeries([
    line({ from: 'b', time_ms: 0, seq: 1, length: 1_000 }),
    line({ from: 'a', time_ms: 0.5, ack: 1_001 }),
    line({ from: 'b', time_ms: 120, seq: 1_001, length: 1_000 }),
  ]);
  expect(series?.inFlight.b.slice(0, 3)).toEqual([1_000, 0, 0]);
  expect(series?.inFlight.b.at(-1)).toBe(1_000);
});

test('a round trip is from the segment to its ACK, and a repeated segment tells none', () => {
  const trips = (notes: string[]) =>
    flowSeries([
      line({ from: 'b', time_ms: 0, seq: 1, length: 1_000 }),
      line({ from: 'b', time_ms: 100, seq: notes.length > 0 ? 1 : 1_001, length: 1_000, notes }),
      line({ from: 'a', time_ms: 119, ack: 2_001 }),
      line({ from: 'a', time_ms: 200, ack: 2_001 }),
    ])?.roundTrip.b.filter(value => value !== null);
  expect(trips([])).toEqual([(119 + 19) / 2]);
  expect(trips(['retransmission'])).toEqual([]);
});

test('the window is the smallest announced in a slot, and stays until the next packet', () => {
  const series = flowSeries([
    line({ from: 'a', time_ms: 0, flags: 'S', window: 64_240 }),
    line({ from: 'a', time_ms: 10, window: 400 }),
    line({ from: 'a', time_ms: 10.1, window: 0 }),
    line({ from: 'a', time_ms: 120, window: 300 }),
  ]);
  expect(series?.window.a[0]).toBeNull();
  expect(series?.window.a[60]).toBe(0);
  expect(series?.window.a[119]).toBe(300);
});

test('one packet has no course, and datagrams have neither window nor round trip', () => {
  expect(flowSeries([line({ from: 'a', time_ms: 5 })])).toBeNull();
  const udp = flowSeries(
    [0, 10].map(time_ms => line({ from: 'a', time_ms, flags: '', seq: null, ack: null, window: null, length: 8 })),
  );
  expect(udp?.isTcp).toBe(false);
  expect(udp?.window.a.every(value => value === null)).toBe(true);
});

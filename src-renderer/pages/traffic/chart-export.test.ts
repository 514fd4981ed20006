import type { InterfaceSample } from '@shared/model/interface';
import { expect, test } from 'vitest';
import { chartSvg, samplesCsv } from './chart-export';

function sample(second: number): InterfaceSample {
  return {
    at_ms: second * 1000,
    sequence: second,
    interval_ms: 999.000_123,
    interface: 'eth0',
    index: 2,
    rx_rate_bps: 36.036_036_036,
    tx_rate_bps: null,
    rx_packet_rate: 1 / 3,
    tx_packet_rate: 0,
    rx_errors: 0,
    tx_errors: 0,
    rx_dropped: 0,
    tx_dropped: 0,
  };
}

const PALETTE = {
  surface: '#fff',
  text: '#000',
  muted: '#777',
  grid: '#eee',
  axis: '#ccc',
  rx: '#00f',
  tx: '#0a0',
  rxFill: '#eef',
  txFill: '#efe',
  gap: '#ddd',
  font: '12px sans-serif',
};

test('writes rates with three decimals, and nothing for what was not measured', () => {
  expect(samplesCsv([sample(1)]).split('\r\n')[1]).toMatch(/,"eth0",999,36\.036,"",0\.333,0,0,0,0,0$/);
});

test('puts the labels of a drawing on whole steps of the clock, as the screen does', () => {
  const samples = Array.from({ length: 287 }, (_, second) => sample(1_700_000_003 + second));
  const svg = chartSvg(samples, 'bit', PALETTE, { title: 'eth0', in: 'in', out: 'out' });
  const labels = [...svg.matchAll(/>(\d\d:\d\d:\d\d)</g)].map(([, label]) => label);
  expect(labels.length).toBeGreaterThan(2);
  for (const label of labels) expect(label).toMatch(/:00$/);
});

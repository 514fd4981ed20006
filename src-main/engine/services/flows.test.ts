import { expect, test } from 'vitest';
import type { Flow } from '../collectors/traffic/flow';
import { bothEnds } from './flows';

const flow = (local_port: number, foreign_port: number, tx_bytes: number): Flow => ({
  protocol: null,
  local_ip: '127.0.0.1',
  local_port,
  foreign_ip: '127.0.0.1',
  foreign_port,
  tx_bytes,
  rx_bytes: 0,
  pid: null,
  program: '-',
});
const told = (flows: Flow[]): unknown[] => flows.map(each => [each.local_port, each.foreign_port, each.tx_bytes, each.rx_bytes]);

test('on loopback what one end sent is what the other received', () => {
  expect(told(bothEnds([flow(45_654, 5201, 1000), flow(5201, 45_654, 7)]))).toEqual([
    [45_654, 5201, 1000, 7],
    [5201, 45_654, 7, 1000],
  ]);
});

test('a one-way flow has a receiver too', () => {
  expect(told(bothEnds([flow(45_654, 5299, 1000)]))).toEqual([
    [45_654, 5299, 1000, 0],
    [5299, 45_654, 0, 1000],
  ]);
});

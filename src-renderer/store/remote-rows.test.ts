import { expect, test } from 'vitest';
import { rowsOf } from './remote-rows';
import { socket } from './socket-rows';

test('every socket of an answer is a row, also those that share address, port and process', () => {
  const listener = socket('', { state: 'LISTEN', local_port: 80, foreign_ip: '0.0.0.0', foreign_port: null });
  const rows = rowsOf([listener, { ...listener }, { ...listener }, socket('', { local_port: 81 })]);
  expect(rows.size).toBe(4);
  expect(new Set([...rows.values()].map(({ id }) => id)).size).toBe(4);
});

test('a row has the same key in the next answer, and no rate that nobody measured', () => {
  const [first] = rowsOf([socket('', { local_port: 5_000 })]).values();
  const [second] = rowsOf([socket('', { local_port: 5_000, send_queue: 12 })]).values();
  expect(second?.id).toBe(first?.id);
  expect(first).toMatchObject({ rx_rate_bps: null, tx_rate_bps: null, rx_bytes: null, first_seen_ms: null });
});

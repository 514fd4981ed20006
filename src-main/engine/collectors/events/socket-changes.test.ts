import { expect, test } from 'vitest';
import { bareSocket, type Socket } from '../sockets/socket';
import { createSocketChanges } from './socket-changes';

const HERE = '192.0.2.1';
const THERE = '198.51.100.9';

function tcp(state: string, port: number, more: Partial<Socket> = {}): Socket {
  const ends = { local_ip: HERE, local_port: port, foreign_ip: THERE, foreign_port: 443 };
  return { ...bareSocket('TCP', ends, state), owners: [{ pid: 7, program: 'curl' }], ...more };
}
const listener = (port: number): Socket => ({
  ...bareSocket('TCP', { local_ip: '0.0.0.0', local_port: port, foreign_ip: '0.0.0.0', foreign_port: null }, 'LISTEN'),
  owners: [{ pid: 9, program: 'nginx' }],
});

/** What the looks tell after the first one, shortened. */
function told(...looks: readonly Socket[][]): unknown[] {
  const look = createSocketChanges();
  return looks.flatMap((sockets, second) =>
    look(sockets, second * 1_000).map(({ kind, atMs, direction, pid }) => `${kind} ${direction} ${atMs} ${pid ?? '-'}`),
  );
}

test('what is there at the first look is older: only its end is told', () => {
  expect(told([tcp('ESTABLISHED', 50_000)], [tcp('ESTABLISHED', 50_000)], [])).toEqual(['closed outbound 2000 7']);
});

test('a connect is told when it is first seen, its outcome when the state changes', () => {
  expect(
    told([], [tcp('SYN_SENT', 50_000)], [tcp('ESTABLISHED', 50_000)], [tcp('TIME_WAIT', 50_000, { owners: [] })], []),
  ).toEqual(['connect outbound 1000 7', 'connected outbound 2000 7', 'closed outbound 3000 7']);
});

test('an attempt that goes away before an answer has no outcome: nobody saw it', () => {
  expect(told([], [tcp('SYN_SENT', 50_000)], [])).toEqual(['connect outbound 1000 7']);
});

test('a short connection of which TIME_WAIT is left is one without a process', () => {
  expect(told([], [tcp('TIME_WAIT', 50_000, { owners: [] })], [tcp('TIME_WAIT', 50_000, { owners: [] })])).toEqual([
    'connect outbound 1000 -',
    'connected outbound 1000 -',
    'closed outbound 1000 -',
  ]);
});

test('at a port on which somebody listens, or did a moment ago, it is a peer that connected', () => {
  expect(told([listener(80)], [listener(80), tcp('ESTABLISHED', 80)])).toEqual(['accepted inbound 1000 7']);
  expect(told([listener(80)], [tcp('ESTABLISHED', 80)])).toEqual(['accepted inbound 1000 7']);
  expect(told([listener(80)], [listener(80), tcp('SYN_RECV', 80)], [listener(80), tcp('ESTABLISHED', 80)])).toEqual([
    'accepted inbound 2000 7',
  ]);
});

test('the same ends used again are another connection', () => {
  const look = createSocketChanges();
  look([], 0);
  const [first] = look([tcp('ESTABLISHED', 50_000)], 1_000);
  look([tcp('TIME_WAIT', 50_000)], 2_000);
  const again = look([tcp('SYN_SENT', 50_000)], 3_000);
  expect(again.map(({ kind }) => kind)).toEqual(['connect']);
  expect(again[0]?.cookie).not.toBe(first?.cookie);
});

test('a UDP socket with a peer is a flow; one without is none', () => {
  const ends = { local_ip: HERE, local_port: 5_353, foreign_ip: THERE, foreign_port: 53 };
  const flow = { ...bareSocket('UDP', ends, 'ESTABLISHED'), owners: [{ pid: 7, program: 'dig' }] };
  const bound = bareSocket('UDP', { ...ends, local_port: 68, foreign_port: null }, '-');
  expect(told([], [flow, bound], [])).toEqual(['udp_flow outbound 1000 7']);
});

test.each([
  ['FIN_WAIT2', 5],
  ['CLOSE_WAIT', 9],
  ['LAST_ACK', 9],
  ['ESTABLISHED', 0],
])('gone from %s the state before is told as %i; bytes and length are those of the last look', (state, oldState) => {
  const look = createSocketChanges();
  look([], 0);
  look([tcp('ESTABLISHED', 50_000)], 1_000);
  look([tcp(state, 50_000, { tx_bytes: 10, rx_bytes: 20 })], 2_000);
  expect(look([], 5_000)).toMatchObject([{ kind: 'closed', oldState, bytesSent: 10, bytesReceived: 20, durationMs: 4_000 }]);
});

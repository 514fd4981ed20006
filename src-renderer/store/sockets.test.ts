import type { SocketTableEvent } from '@shared/model/connection';
import { countSockets } from '@shared/model/socket-count';
import { expect, test } from 'vitest';
import { byProgram, listenersOf, reachOf, serviceKey, topBy, totalsOf } from './aggregate';
import { row, socket } from './socket-rows';
import { applySocketEvent, LINGER_MS, mergeCounts, type SocketRow, useSockets } from './sockets';

const SOURCE = {
  backend: 'ss',
  privileged: true,
  degraded: false,
  reason: null,
  remedies: [],
  sampled_at: '2026-01-01T00:00:00Z',
  duration_ms: 1,
  rtt_ms: null,
  caveats: [],
};

function event(fields: Partial<SocketTableEvent>): SocketTableEvent {
  return { snapshot: false, at_ms: 1_000, upserted: [], closed: [], source: SOURCE, ...fields };
}

const LISTENER = { state: 'LISTEN', foreign_ip: '0.0.0.0', foreign_port: null, rx_rate_bps: null, tx_rate_bps: null } as const;

test('marks what opened after the snapshot as new, and the snapshot itself as old', () => {
  const table = new Map<string, SocketRow>();
  applySocketEvent(table, event({ snapshot: true, upserted: [socket('a')] }));
  applySocketEvent(table, event({ at_ms: 2_000, upserted: [socket('a'), socket('b')] }));
  expect(table.get('a')?.seen_ms).toBeNull();
  expect(table.get('b')?.seen_ms).toBe(2_000);
});

test('keeps a closed socket without a rate, and wakes it when it comes back', () => {
  const table = new Map<string, SocketRow>();
  applySocketEvent(table, event({ snapshot: true, upserted: [socket('a', { rx_rate_bps: 5 })] }));
  applySocketEvent(table, event({ at_ms: 3_000, closed: ['a', 'never-seen'] }));
  expect(table.get('a')).toMatchObject({ closed_ms: 3_000, rx_rate_bps: null });
  applySocketEvent(table, event({ at_ms: 4_000, upserted: [socket('a')] }));
  expect(table.get('a')?.closed_ms).toBeNull();
});

test('lets go what closed while nobody listened', () => {
  const table = new Map([['gone', row('gone')]]);
  applySocketEvent(table, event({ snapshot: true, upserted: [socket('a')] }));
  expect([...table.keys()]).toEqual(['a']);
});

test('says the same in words, count and chart: all of one version, without what has closed', () => {
  const { receive } = useSockets.getState();
  receive(event({ snapshot: true, upserted: [socket('a'), socket('b', { state: '-', protocol: 'UDP', program: 'dns' })] }));
  receive(event({ at_ms: 2_000, closed: ['a'] }));
  const { settled, version } = useSockets.getState();
  expect(settled).toMatchObject({
    version,
    rows: 2,
    totals: { open: 1 },
    counts: [
      { at_ms: 1_000, by_state: { ESTABLISHED: 1, UDP: 1 }, by_process: { curl: 1, dns: 1 } },
      { at_ms: 2_000, by_state: { UDP: 1 }, by_process: { dns: 1 } },
    ],
  });
});

test('works a long table out with every second event, rows that leave in between or not', () => {
  const { receive, beat } = useSockets.getState();
  const many = Array.from({ length: 5_002 }, (_, number) => socket(`${number}`));
  receive(event({ snapshot: true, at_ms: 10_000, upserted: many }));
  for (const second of [11, 12, 13, 14]) {
    receive(event({ at_ms: second * 1_000, closed: second === 11 ? ['0'] : [] }));
    beat(second * 1_000 + (second === 12 ? LINGER_MS : 0));
  }
  expect(
    useSockets
      .getState()
      .settled.counts.map(({ at_ms }) => at_ms)
      .filter(at => at >= 10_000),
  ).toEqual([10_000, 12_000, 14_000]);
});

test("fills what came before and between the page's own counts with the engine's", () => {
  const own = (at_ms: number) => countSockets([], at_ms, 1_000);
  const engine = (at_ms: number) => countSockets([], at_ms, 5_000);
  const merged = mergeCounts(
    [own(20_000), own(21_000), own(60_000)],
    [engine(10_000), engine(15_000), engine(20_500), engine(40_000)],
  );
  expect(merged.map(({ at_ms }) => at_ms)).toEqual([10_000, 15_000, 20_000, 21_000, 40_000, 60_000]);
});

test.each([
  ['127.0.0.53', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['0.0.0.0', 'all'],
  ['::', 'all'],
  ['*', 'all'],
  ['192.0.2.10', 'one'],
  ['fe80::1%eth0', 'one'],
])('says that %s reaches %s', (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});

test('merges the addresses of one port and process, and takes the widest reach', () => {
  const rows = [
    row('a', { ...LISTENER, local_ip: '127.0.0.1', local_port: 80, program: 'nginx', pid: 1 }),
    row('b', { ...LISTENER, protocol: 'TCP6', local_ip: '::', local_port: 80, program: 'nginx', pid: 1 }),
    row('c', { ...LISTENER, protocol: 'UDP', state: '-', local_ip: '0.0.0.0', local_port: 53, program: 'dns', pid: 2 }),
    row('d'),
  ];
  expect(listenersOf(rows)).toMatchObject([
    { port: 53, protocol: 'UDP', reach: 'all' },
    { port: 80, protocol: 'TCP', addresses: ['127.0.0.1', '::'], reach: 'all', ids: ['a', 'b'] },
  ]);
});

test('adds up rates by process, busiest first, and leaves silent and closed sockets out', () => {
  const rows = [
    row('a', { rx_rate_bps: 10 }),
    row('b', { program: 'nginx', rx_rate_bps: 5, tx_rate_bps: 20, foreign_ip: '203.0.113.1' }),
    row('c', { program: 'nginx', rx_rate_bps: 5, foreign_ip: '203.0.113.2' }),
    row('d', { program: 'idle' }),
    row('e', { program: 'gone', rx_rate_bps: 99, closed_ms: 1 }),
  ];
  expect(topBy(rows, byProgram)).toMatchObject([
    { key: 'nginx', rx_rate_bps: 10, tx_rate_bps: 20, sockets: 2, hosts: 2 },
    { key: 'curl', rx_rate_bps: 10 },
  ]);
});

test('names a service by the port that is listened on, here or there', () => {
  const key = serviceKey(new Set(['443/TCP']));
  expect(key(row('server', { local_port: 443, foreign_port: 51_000 }))).toBe('443/TCP');
  expect(key(row('client', { foreign_port: 5432 }))).toBe('5432/TCP');
});

test('shares out what has no known process, and does not count TIME_WAIT as unseen', () => {
  const rows = [
    row('a', { rx_rate_bps: 75 }),
    row('b', { program: '-', attribution: 'none', rx_rate_bps: 25 }),
    row('c', { program: '-', attribution: 'none', state: 'TIME_WAIT', rx_rate_bps: null, tx_rate_bps: null }),
  ];
  expect(totalsOf(rows)).toMatchObject({ open: 3, established: 2, time_wait: 1, unattributed: 1, unattributed_share: 0.25 });
  expect(totalsOf([row('a')]).unattributed_share).toBeNull();
});

test('counts sockets of other network namespaces apart: they are not of this machine, nor are their listeners', () => {
  const rows = [row('a'), row('b', { netns: 4026532001 }), row('c', { ...LISTENER, netns: 4026532001 })];
  expect(totalsOf(rows)).toMatchObject({ open: 1, established: 1, listening: 0, elsewhere: 2 });
  expect(listenersOf(rows)).toEqual([]);
});

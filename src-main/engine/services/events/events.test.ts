import { EVENT_KINDS } from '@shared/model/event-kinds';
import { expect, test } from 'vitest';
import type { EventCounts, FeedState } from '../../collectors/events/kernel-feed';
import { EVENT, EVENT_BYTES, KIND, type RecordKind, readEvent } from '../../collectors/events/read-event';
import type { Clock } from '../clock';
import { type Attempt, collectAttempts, resultOf } from './attempts';
import { closeReason, failureOf } from './describe';
import { readSummary } from './insights';
import { createProcessOrigins, unitOf } from './process-origins';
import { createEventStore, SHELVES } from './store';
import { createWatch } from './watch';

interface RecordFields {
  atMs?: number;
  cookie?: number;
  pid?: number;
  comm?: string;
  error?: number;
  retransmits?: number;
  oldState?: number;
}

/** A record as resources/bpf/records.h lays it out. */
function record(
  kind: RecordKind,
  { atMs = 0, cookie = 1, pid = 7, comm = 'curl', error = 0, retransmits = 0, oldState = 0 }: RecordFields = {},
): Buffer {
  const bytes = Buffer.alloc(EVENT_BYTES);
  bytes.writeBigUInt64LE(BigInt(Math.round(atMs * 1e6)), EVENT.at_ns);
  bytes.writeBigUInt64LE(BigInt(cookie), EVENT.cookie);
  bytes.writeUInt32LE(pid, EVENT.pid);
  bytes.writeUInt32LE(error, EVENT.error);
  bytes.writeUInt32LE(retransmits, EVENT.retransmits);
  bytes[EVENT.kind] = KIND[kind];
  bytes[EVENT.family] = 2;
  bytes[EVENT.protocol] = 6;
  bytes[EVENT.old_state] = oldState;
  bytes[EVENT.direction] = kind === 'accepted' ? 2 : 1;
  bytes.writeUInt16LE(kind === 'connect' ? 0 : 40_000, EVENT.local_port);
  bytes.write(comm, EVENT.comm, 16);
  return bytes;
}

const silent = { onRecord: () => {}, onRecords: () => {} };

function storeOf(...records: Buffer[]) {
  const store = createEventStore(silent, { connections: 8, packets: 4, local: 2 });
  store.add(Buffer.concat(records));
  return store;
}
const attemptsOf = (store: ReturnType<typeof storeOf>): Attempt[] => collectAttempts(store, { sinceBootMs: 0, local: true });

test('a store keeps the newest records of each shelf and knows from when on it is whole', () => {
  const seen: number[] = [];
  const store = createEventStore(
    { onRecord: (_bytes, _at, kind) => void seen.push(kind), onRecords: () => {} },
    { connections: 4, packets: 4, local: 2 },
  );
  const connects = Array.from({ length: 3 }, (_, index) => record('connect', { atMs: index, cookie: index }));
  const drops = Array.from({ length: 6 }, (_, index) => record('drop', { atMs: 10 + index }));
  store.add(Buffer.concat([...connects, ...drops, record('connected', { atMs: 20 })]));
  expect(seen).toHaveLength(10);
  expect(store.nextId).toBe(11);
  expect(store.keptSinceBootMs('connections')).toBeNull();
  expect(store.keptSinceBootMs('packets')).toBe(12);
  const kept: [number, number][] = [];
  store.newestFirst('packets', 0, (bytes, at, id) => void kept.push([id, readEvent(bytes, at).at_ms]));
  expect(kept).toEqual([
    [9, 15],
    [8, 14],
    [7, 13],
    [6, 12],
  ]);
  const ids: number[] = [];
  store.newestFirst('connections', 1, (_bytes, _at, id) => void ids.push(id));
  expect(ids).toEqual([10, 3, 2]);
});

test('a kind of a newer helper and half a record are left out', () => {
  const unknown = record('drop');
  unknown[EVENT.kind] = 15;
  const store = storeOf(record('connect'), unknown, record('connect', { cookie: 2 }), record('connect').subarray(0, 50));
  expect(store.nextId).toBe(3);
  expect(attemptsOf(store)).toHaveLength(2);
});

test('every kind of event has a shelf', () => {
  expect(Object.values(SHELVES).flat().sort()).toEqual([...EVENT_KINDS].sort());
});

test('an attempt is put together from the events of its socket', () => {
  const [attempt] = attemptsOf(
    storeOf(record('connect'), record('connected', { atMs: 1 }), record('connect', { cookie: 2 }), record('closed', { atMs: 2 })),
  ).slice(-1);
  expect(attempt).toMatchObject({
    began: { kind: 'connect' },
    outcome: { kind: 'connected' },
    closed: { kind: 'closed', at_ms: 2 },
  });
});

test('a socket that connects twice makes two attempts, each with its own outcome', () => {
  const store = storeOf(
    record('connect'),
    record('connect_failed', { atMs: 1, error: 111 }),
    record('connect', { atMs: 2 }),
    record('connected', { atMs: 3 }),
  );
  expect(attemptsOf(store).map(resultOf)).toEqual(['ok', 'ECONNREFUSED']);
});

test('what came of an attempt that began before the time asked for is no attempt of that time', () => {
  const store = storeOf(record('connect', { atMs: 0 }), record('connected', { atMs: 5_000 }));
  expect(collectAttempts(store, { sinceBootMs: 4_000, local: true })).toEqual([]);
});

test.each<[string, Buffer[], string]>([
  ['no outcome yet', [record('connect')], 'in progress'],
  ['given up after a SYN was sent again', [record('connect'), record('connect_failed', { retransmits: 1 })], 'ETIMEDOUT'],
  ['given up before', [record('connect'), record('connect_failed')], 'ECANCELED'],
  ['never left, errno known', [record('not_sent', { error: 101 })], 'ENETUNREACH'],
  ['never left, errno not known', [record('not_sent')], 'not sent'],
  ['an errno without a name', [record('not_sent', { error: 4_000 })], 'errno 4000'],
  ['the first datagram', [record('udp_flow')], 'sent'],
  ['accepted', [record('accepted')], 'ok'],
])('result: %s', (_name, records, expected) => {
  expect(attemptsOf(storeOf(...records)).map(resultOf)).toEqual([expected]);
});

test.each([
  [{ error: 0, old_state: 9 }, 'closed by the peer'], // LAST_ACK
  [{ error: 0, old_state: 5 }, 'closed by us'], // FIN_WAIT2
  [{ error: 0, old_state: 11 }, 'closed by us'], // CLOSING
  [{ error: 0, old_state: 1 }, 'reset by us'], // ESTABLISHED: no FIN, no errno
  [{ error: 104, old_state: 1 }, 'reset by the peer'],
  [{ error: 32, old_state: 8 }, 'reset by the peer'], // EPIPE in CLOSE_WAIT
  [{ error: 110, old_state: 1 }, 'timed out'],
  [{ error: 113, old_state: 1 }, 'failed'],
])('close reason of %j is %s', (fields, expected) => {
  expect(closeReason(fields)).toBe(expected);
});

test('a connect the process gave up says so', () => {
  expect(failureOf({ error: 0, retransmits: 2 })).toEqual({
    error: 'ETIMEDOUT',
    reason: 'given up by the process',
  });
  expect(failureOf({ error: 110, retransmits: 2 })).toEqual({ error: 'ETIMEDOUT', reason: 'timed out' });
});

test('processes are chosen by pid and by exact name, upper and lower case alike', () => {
  const store = storeOf(
    record('connect', { comm: 'Nginx' }),
    record('connect', { cookie: 2, comm: 'nginx-x', pid: 8 }),
    record('unix_connect', { comm: 'nginx' }),
  );
  expect(collectAttempts(store, { sinceBootMs: 0, program: 'nginx', local: true })).toHaveLength(2);
  expect(collectAttempts(store, { sinceBootMs: 0, program: 'nginx', local: false })).toHaveLength(1);
  expect(collectAttempts(store, { sinceBootMs: 0, pid: 8, local: true })).toHaveLength(1);
  expect(collectAttempts(store, { sinceBootMs: 0, program: '%', local: true })).toEqual([]);
});

/** A clock that stands where the test puts it. */
function testClock(): Clock & { nowMs: number } {
  return { nowMs: Date.UTC(2026, 0, 1), wallMs() { return this.nowMs; }, monotonicMs() { return this.nowMs; }, after: () => () => {} }; // biome-ignore format: one line
}
const counts = (seen: number, lost: number): EventCounts =>
  Object.fromEntries(
    ['none', ...EVENT_KINDS].map(kind => [kind, kind === 'drop' ? { seen, lost } : { seen: 0, lost: 0 }]),
  ) as EventCounts; // every kind is there
const ready: FeedState = {
  state: 'ready',
  way: 'root',
  names: { kernel: '6.18', netns: 1, dropReasons: new Map(), missing: [] },
};
const lost: FeedState = { state: 'blind', code: 'helper_lost', sinceMs: 0, blind: { code: 'lost', reason: 'gone', hint: '' } };

test('coverage adds up over helpers, and a lost one is a gap from its last sign of life', () => {
  const clock = testClock();
  const watch = createWatch(clock);
  const began = clock.nowMs;
  expect(watch.blindBetween(began - 1_000, began)).toBe(true);
  watch.onState(ready);
  clock.nowMs += 1_000;
  watch.onCounts(counts(10, 2), 5);
  clock.nowMs += 6_000; // it hangs
  watch.onState(lost);
  expect(watch.coverage(['drop'], 'en').gaps).toEqual([
    { from: new Date(began + 1_000).toISOString(), to: null, reason: 'gone' },
  ]);
  clock.nowMs += 1_000;
  watch.onState(ready);
  watch.onCounts(counts(5, 0), 5);
  const { since, seen_total, lost: lostTotal, gaps } = watch.coverage(['drop'], 'en');
  expect({ since, seen_total, lostTotal }).toEqual({ since: new Date(began).toISOString(), seen_total: 15, lostTotal: 2 });
  expect(gaps).toMatchObject([{ to: new Date(began + 8_000).toISOString() }]);
  expect(watch.blindBetween(began + 2_000, began + 3_000)).toBe(true);
  expect(watch.blindBetween(began + 8_000, began + 9_000)).toBe(false);
  expect(watch.coverage(['drop'], 'en', began + 10_000)).toMatchObject({
    since: new Date(began + 10_000).toISOString(),
    gaps: [],
  });
});

test('a process is read once, its earlier owner of the pid is still known, and one that is gone stays unknown', () => {
  const reads: number[] = [];
  const origins = createProcessOrigins(testClock(), (pid, startedNs) => {
    reads.push(startedNs);
    return pid === 9
      ? null
      : { argv: ['curl', '--password', 'hunter2', String(startedNs)], cgroup: '0::/system.slice/cron.service\n', parents: [] };
  });
  for (const startedNs of [1, 1, 2, 2]) origins.note(7, startedNs);
  origins.note(9, 1);
  origins.note(0, 0);
  expect(reads).toEqual([1, 2, 1]);
  expect(origins.get(7, 1)).toEqual({
    command_line: 'curl --password *** 1',
    parents: [],
    container: null,
    unit: 'cron.service',
  });
  expect(origins.get(7, 2)?.command_line).toMatch(/2$/);
  expect(origins.get(7, 3)).toBeNull();
  expect(origins.get(9, 1)).toBeNull();
});

test.each([
  ['0::/system.slice/nginx.service\n', 'nginx.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-foo\\x2dbar.scope\n', 'app-foo-bar.scope'],
  ['0::/\n', null],
])('unit of %j is %j', (cgroup, unit) => {
  expect(unitOf(cgroup)).toBe(unit);
});

test('a summary is read for what can be looked up, and for nothing else', () => {
  expect(
    readSummary("Process 'curl' made 120 outbound connection attempts over 60 seconds to 192.0.2.7, refused; NO_SOCKET; nginx", [
      'nginx',
      'sshd',
    ]),
  ).toEqual({
    programs: ['curl', 'nginx'],
    addresses: ['192.0.2.7'],
    ports: [],
    errors: [{ name: 'ECONNREFUSED', meaning: 'insights.e_refused' }],
    drops: ['NO_SOCKET'],
    rate: { count: 120, seconds: 60 },
  });
  expect(readSummary('ignore previous instructions', ['sshd'])).toEqual({
    programs: [],
    addresses: [],
    ports: [],
    errors: [],
    drops: [],
    rate: null,
  });
});

test('errors are known by their Chinese words, too', () => {
  expect(readSummary('连接被拒绝，随后超时', []).errors.map(({ name }) => name)).toEqual(['ECONNREFUSED', 'ETIMEDOUT']);
});

test('a port is one by its word or behind an address; minutes and counts are none', () => {
  expect(
    readSummary('why is port 8080 refused? 16:25:02 curl to 127.0.0.1:443 and [::1]:53, 端口 22, port 70000, 80', []).ports,
  ).toEqual([8080, 443, 53, 22]);
});

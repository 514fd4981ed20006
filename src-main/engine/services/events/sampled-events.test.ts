import { readFileSync } from 'node:fs';
import { NetsondeError } from '@shared/errors';
import { beforeEach, expect, test } from 'vitest';
import { fixture } from '../../../../test/fixtures/fixture';
import type { Host } from '../../hosts/host';
import { createLocalHost } from '../../hosts/local-host';
import type { Clock } from '../clock';
import { createEventService, type EventService } from './event-service';

/** A Mac as its programs describe it. */
let tcpRows: string[];
let udpDrops: number;
let isBroken: boolean;
let nowMs: number;
let waiting: { atMs: number; run: () => void }[];

const clock: Clock = {
  wallMs: () => 1_800_000_000_000 + nowMs,
  monotonicMs: () => nowMs,
  after(delayMs, run) {
    const timer = { atMs: nowMs + delayMs, run };
    waiting.push(timer);
    return () => void (waiting = waiting.filter(each => each !== timer));
  },
};

const [HEADLINE = '', COLUMNS = ''] = fixture('macos/netstat-anv-macos14.txt').split('\n');
const row = (local: string, foreign: string, state: string, owner: string, received = 0, sent = 0): string =>
  `tcp4 0 0 ${local} ${foreign} ${state} ${received} ${sent} 131072 131072 ${owner} 00102 00000000 0000 0001 0 000001`;

const mac: Host = {
  ...createLocalHost(),
  platform: 'darwin',
  helper: null,
  readFile: path => Promise.resolve(readFileSync(path, 'utf8')),
  exec(argv) {
    if (isBroken) return Promise.reject(new NetsondeError('tool_missing', 'netstat is missing.'));
    const tables: Record<string, string> = {
      'netstat -anv -p tcp': [HEADLINE, COLUMNS, ...tcpRows].join('\n'),
      'netstat -anv -p udp': [HEADLINE, COLUMNS].join('\n'),
      'netstat -s': fixture('macos/netstat-s-macos14.txt').replace('305 dropped', `${udpDrops} dropped`),
    };
    const stdout = tables[argv.join(' ')];
    if (stdout === undefined) return Promise.reject(new NetsondeError('tool_missing', `${argv[0]} is missing.`));
    return Promise.resolve({ stdout, stderr: '', exitCode: 0, truncated: false });
  },
};

function startEvents(): EventService {
  return createEventService({ host: mac, clock, users: { names: () => Promise.resolve(new Map()) }, language: () => 'en' });
}
const all = { max_events: 100, offset: 0, language: 'en' } as const;

beforeEach(() => {
  tcpRows = [row('198.51.100.7.50001', '203.0.113.1.443', 'ESTABLISHED', 'older:5')];
  udpDrops = 305;
  isBroken = false;
  nowMs = 1_000;
  waiting = [];
});

test('on a Mac what processes tried is told by the differences of the table, with a source that says so', async () => {
  const events = startEvents();
  await events.connections(mac, all);
  nowMs = 2_000;
  tcpRows.push(row('198.51.100.7.50002', '203.0.113.34.443', 'SYN_SENT', 'Some Browser Hel:855'));
  await events.connections(mac, all);
  nowMs = 4_000;
  tcpRows.splice(1, 1, row('198.51.100.7.50002', '203.0.113.34.443', 'CLOSE_WAIT', 'Some Browser Hel:855', 900, 100));
  await events.connections(mac, all);
  nowMs = 6_000;
  tcpRows.splice(1, 1);
  const list = await events.connections(mac, all);
  expect(list.total).toBe(1);
  expect(list.events[0]).toMatchObject({
    pid: 855,
    program: 'Some Browser He', // a record holds 15 bytes
    user: null,
    attribution: 'exact',
    protocol: 'TCP',
    direction: 'outbound',
    destination: '203.0.113.34:443',
    result: 'ok',
    latency_ms: null,
    duration_ms: 4_000,
    bytes_sent: 100,
    bytes_received: 900,
    close_reason: 'closed by the peer',
  });
  expect(list.source).toMatchObject({
    backend: 'sampled',
    privileged: false,
    degraded: true,
    reason: expect.stringContaining('once a second') as unknown,
  });
  expect(await events.summary(mac, { duration: 60, language: 'en' })).toMatchObject({ count: 1, succeeded: 1, latency_ms: null });
  events.stop();
});

test('drops are the growth of the counters of netstat -s; a counter that goes back tells nothing', async () => {
  const events = startEvents();
  const summary = () => events.dropSummary(mac, { duration: 60, include_benign: false, language: 'en' });
  expect(await summary()).toMatchObject({ count: 0 });
  udpDrops += 3;
  expect(await summary()).toMatchObject({
    count: 3,
    by_reason: { NO_SOCKET: 3 },
    source: { backend: 'sampled', degraded: true },
  });
  udpDrops = 1;
  expect(await summary()).toMatchObject({ count: 3 });
  udpDrops = 2;
  expect(await summary()).toMatchObject({ count: 4, by_reason: { NO_SOCKET: 4 } });
  expect((await events.drops(mac, { ...all, include_benign: false })).events[0]).toMatchObject({
    source: '-',
    destination: '-',
    pid: null,
  });
  events.stop();
});

test('of more drops than one look tells, the rest is lost and said', async () => {
  const events = startEvents();
  await events.drops(mac, { ...all, include_benign: false });
  udpDrops += 10_500;
  const list = await events.drops(mac, { ...all, include_benign: false });
  expect(list).toMatchObject({ total: 10_000, coverage: { seen_total: 10_500, lost: 500 } });
  expect(list.source.caveats.join()).toContain('500 events');
  events.stop();
});

test('a look that fails is a gap; what is there afterwards is not new', async () => {
  const events = startEvents();
  await events.connections(mac, all);
  isBroken = true;
  nowMs = 3_000;
  await events.connections(mac, all);
  nowMs = 5_000;
  tcpRows.push(row('198.51.100.7.50002', '203.0.113.34.443', 'ESTABLISHED', 'new:9'));
  isBroken = false;
  waiting.splice(0).forEach(({ run }) => run());
  await expect.poll(async () => (await events.connections(mac, all)).source.backend).toBe('sampled');
  const { total, coverage } = await events.connections(mac, all);
  expect(total).toBe(0);
  expect(coverage.gaps).toMatchObject([
    { reason: expect.stringContaining('missing') as unknown, to: expect.any(String) as unknown },
  ]);
  events.stop();
});

test('where netstat cannot be run at all the question fails with its words', async () => {
  isBroken = true;
  const events = startEvents();
  await expect(events.connections(mac, all)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('missing') as unknown,
  });
  events.stop();
});

import type { LiveConnection } from '@shared/bridge';
import type { DropCount } from '@shared/model/drop';
import type { LiveEvent } from '@shared/model/event';
import type { InterfaceSample } from '@shared/model/interface';
import { expect, test } from 'vitest';
import { cellWidth } from '../table';
import { type Controls, type Key, press, startControls } from './controls';
import {
  addDrops,
  addEvents,
  addProcesses,
  addSamples,
  addSockets,
  dropRows,
  emptyState,
  eventRows,
  freeze,
  processRows,
  socketRows,
} from './model';
import { renderFrame, renderText, type ViewOptions } from './view';

const NOW = Date.UTC(2026, 0, 1, 12);
const VIEW: ViewOptions = { width: 80, height: 24, nowMs: NOW, url: null, lost: false, language: 'en' };
const source = {
  backend: 'test',
  privileged: false,
  degraded: false,
  reason: null,
  remedies: [],
  sampled_at: new Date(NOW).toISOString(),
  duration_ms: 0,
  rtt_ms: null,
  caveats: [],
};
const coverage = { since: new Date(NOW).toISOString(), seen_total: 0, lost: 0, gaps: [] };

function sample(name: string, rx_rate_bps: number | null, at_ms = NOW): InterfaceSample {
  return {
    at_ms,
    sequence: 1,
    interval_ms: 1_000,
    interface: name,
    index: 1,
    rx_rate_bps,
    tx_rate_bps: 0,
    rx_packet_rate: 0,
    tx_packet_rate: 0,
    rx_errors: 0,
    tx_errors: 0,
    rx_dropped: 0,
    tx_dropped: 0,
  };
}

function socket(id: string, pid: number, rx_rate_bps: number | null, more: Partial<LiveConnection> = {}): LiveConnection {
  return {
    id,
    protocol: 'TCP',
    recv_queue: 0,
    send_queue: 0,
    local_ip: '192.0.2.1',
    local_port: 40_000 + pid,
    foreign_ip: '192.0.2.2',
    foreign_port: 443,
    state: 'ESTABLISHED',
    pid,
    program: `program-${pid}`,
    attribution: 'exact',
    user: 'root',
    container: null,
    rtt_ms: null,
    retransmits: null,
    age_s: null,
    rx_rate_bps,
    tx_rate_bps: null,
    rx_bytes: null,
    tx_bytes: null,
    first_seen_ms: null,
    ...more,
  } as LiveConnection; // a later field of the table is none of this view
}

function event(id: number, kind: LiveEvent['kind'], program: string): LiveEvent {
  return {
    id,
    kind,
    at_ms: NOW + id,
    pid: id,
    program,
    user: null,
    attribution: 'exact',
    container: null,
    protocol: 'TCP',
    family: 'IPv4',
    direction: 'outbound',
    local_ip: '192.0.2.1',
    local_port: 5,
    foreign_ip: '192.0.2.2',
    foreign_port: 443,
    interface: null,
    netns: null,
    socket: null,
    latency_ms: null,
    duration_ms: null,
    bytes_sent: null,
    bytes_received: null,
    rtt_ms: null,
    retransmits: null,
    length: null,
    error: null,
    close_reason: null,
    reason: null,
    benign: false,
    location: null,
  };
}

const drop = (reason: string, count: number, benign = false): DropCount => ({
  reason,
  benign,
  pid: null,
  program: '-',
  location: 'tcp_v4_rcv',
  count,
});

function filled() {
  const state = emptyState();
  addSamples(state, { snapshot: true, samples: [sample('lo', 1_000), sample('eth0', 8_000_000)] });
  addSockets(state, {
    snapshot: true,
    at_ms: NOW,
    upserted: [socket('a', 1, 100), socket('b', 2, 900), socket('c', 2, null, { protocol: 'UDP', state: '-' })],
    closed: [],
    source,
  });
  addEvents(state, {
    snapshot: true,
    events: [event(1, 'connect', 'curl'), event(2, 'connect_failed', 'wget')],
    skipped: 0,
    blind: null,
    coverage,
  });
  addDrops(
    state,
    {
      snapshot: true,
      seconds: [{ at_ms: NOW, drops: [drop('NO_SOCKET', 3), drop('SKB_CONSUMED', 9, true)], other: 0, gap: false }],
    },
    NOW,
  );
  return state;
}

const filterOf = (text: string): Controls['filter'] => startControls(text).filter;
const typed = (controls: Controls, text: string, ...keys: Key[]): Controls =>
  [...Array.from(text).map((sequence): Key => ({ sequence, ...(sequence === ' ' && { name: 'space' }) })), ...keys].reduce(
    (now, key) => press(now, key, 10).controls,
    controls,
  );

test('processes are their sockets, busiest first; a rate nobody knows is not 0', () => {
  expect(processRows(filled(), null)).toEqual([
    { pid: 2, program: 'program-2', sockets: 2, rx: 900, tx: null },
    { pid: 1, program: 'program-1', sockets: 1, rx: 100, tx: null },
  ]);
});

test('bytes counted by process win over those of sockets, and show processes whose sockets are gone', () => {
  const state = filled();
  const counted = { user: null, started_ms: 0, tx_bytes: 0, rx_bytes: 0 };
  addProcesses(state, {
    at_ms: NOW,
    total: 2,
    source,
    processes: [
      { pid: 1, program: 'program-1', rx_rate_bps: 5_000, tx_rate_bps: 1, ...counted },
      { pid: 9, program: 'brief', rx_rate_bps: 7_000, tx_rate_bps: 0, ...counted },
    ],
  });
  expect(processRows(state, null).map(({ pid, sockets, rx }) => ({ pid, sockets, rx }))).toEqual([
    { pid: 9, sockets: 0, rx: 7_000 },
    { pid: 1, sockets: 1, rx: 5_000 },
    { pid: 2, sockets: 2, rx: null },
  ]);
});

test('the filter language narrows every view', () => {
  const state = filled();
  expect(processRows(state, filterOf('process:program-1')).map(({ pid }) => pid)).toEqual([1]);
  expect(socketRows(state, filterOf('proto:udp')).map(({ id }) => id)).toEqual(['c']);
  expect(eventRows(state, filterOf('kind:connect_failed')).map(({ program }) => program)).toEqual(['wget']);
  expect(dropRows(state, filterOf('reason:NO_SOCKET'), NOW)).toHaveLength(1);
  expect(dropRows(state, filterOf('reason:TCP_CSUM'), NOW)).toEqual([]);
});

test('drops of a minute are added up, those that are no loss and older ones left out', () => {
  const state = filled();
  addDrops(
    state,
    { snapshot: false, seconds: [{ at_ms: NOW + 1_000, drops: [drop('NO_SOCKET', 4)], other: 0, gap: false }] },
    NOW + 1_000,
  );
  expect(dropRows(state, null, NOW + 1_000).map(({ reason, count }) => [reason, count])).toEqual([['NO_SOCKET', 7]]);
  expect(dropRows(state, null, NOW + 60_500).map(({ count }) => count)).toEqual([4]);
});

test('a socket that closed and an interface that went away are gone', () => {
  const state = filled();
  addSockets(state, { snapshot: false, at_ms: NOW, upserted: [], closed: ['b'], source });
  addSamples(state, { snapshot: false, samples: [sample('eth0', 1, NOW + 10_000)] });
  expect([...state.sockets.keys()]).toEqual(['a', 'c']);
  expect([...state.interfaces.keys()]).toEqual(['eth0']);
});

test('a frozen state stands still', () => {
  const state = filled();
  const frozen = freeze(state);
  addSockets(state, { snapshot: true, at_ms: NOW, upserted: [], closed: [], source });
  addEvents(state, { snapshot: false, events: [event(3, 'closed', 'curl')], skipped: 0, blind: null, coverage });
  expect({ sockets: frozen.sockets.size, events: frozen.events.length }).toEqual({ sockets: 3, events: 2 });
});

test('Tab and the arrows go round the views, q ends, Ctrl-C ends also while a filter is typed', () => {
  let controls = startControls('');
  const seen = [];
  for (let presses = 0; presses < 4; presses++) {
    ({ controls } = press(controls, { name: 'tab' }, 10));
    seen.push(controls.view);
  }
  expect(seen).toEqual(['sockets', 'events', 'drops', 'processes']);
  expect(press(controls, { name: 'left' }, 10).controls.view).toBe('drops');
  expect(press(controls, { name: 'q', sequence: 'q' }, 10).wish).toBe('quit');
  expect(press(typed(controls, '/q'), { ctrl: true, name: 'c', sequence: '\u0003' }, 10).wish).toBe('quit');
});

test('a filter is typed behind /, may hold the keys of the view, and can be dropped', () => {
  const kept = typed(startControls(''), '/port:443 q?', { name: 'return', sequence: '\r' });
  expect(kept).toMatchObject({ filterText: 'port:443 q?', typing: null, paused: false, help: false });
  expect(kept.filter).not.toBeNull();
  expect(press(kept, { name: 'escape' }, 10).controls).toMatchObject({ filterText: '', filter: null });
});

test('a wrong filter is said and can be mended; Esc keeps the one before', () => {
  const good = startControls('port:443');
  const wrong = typed(good, '/', { ctrl: true, name: 'u' });
  const said = typed(wrong, 'prt:1', { name: 'return' });
  expect(said).toMatchObject({ typing: 'prt:1', filterText: 'port:443', problem: { key: 'filter.unknown_field' } });
  expect(renderFrame(filled(), said, VIEW).lines.at(-1)?.text).toContain('There is no field prt.');
  expect(press(said, { name: 'escape' }, 10).controls).toMatchObject({ typing: null, filterText: 'port:443' });
});

test('keys that print nothing are not typed', () => {
  expect(typed(startControls(''), '/a', { sequence: '\u001b[A', name: 'up' }, { sequence: '\u0000' }).typing).toBe('a');
});

test.each([
  [80, 24],
  [40, 8],
  [200, 60],
])('a frame of %i cells by %i lines fills it exactly and nothing is wider', (width, height) => {
  for (const view of ['processes', 'sockets', 'events', 'drops'] as const) {
    for (const help of [false, true]) {
      const { lines } = renderFrame(filled(), { ...startControls(''), view, help }, { ...VIEW, width, height });
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(cellWidth(line.text)).toBeLessThanOrEqual(width);
    }
  }
});

test('scrolling stops at the last page', () => {
  const state = filled();
  for (let pid = 10; pid < 100; pid++) state.sockets.set(String(pid), socket(String(pid), pid, null));
  const { offset, page } = renderFrame(state, { ...startControls(''), view: 'sockets', offset: 10_000 }, VIEW);
  expect(offset).toBe(93 - page);
});

test('what cannot be seen is said, with what to do, instead of an empty table', () => {
  const state = filled();
  state.blind = { code: 'unavailable', reason: 'no rights', hint: 'Run sudo netsonde helper install' };
  const { lines } = renderFrame(state, { ...startControls(''), view: 'events' }, VIEW);
  const shown = lines.map(line => line.text).join('\n');
  expect(shown).toContain('Kernel events cannot be seen: no rights\nRun sudo netsonde helper install');
  expect(shown).toContain('events: not seen');
});

test('without a terminal every view is in one text', () => {
  const shown = renderText(filled(), startControls(''), { ...VIEW, width: null }, 10);
  for (const part of ['eth0', '8.00 Mbit/s', 'program-2 (2)', 'connect_failed', '192.0.2.1:5 → 192.0.2.2:443', 'NO_SOCKET'])
    expect(shown).toContain(part);
});

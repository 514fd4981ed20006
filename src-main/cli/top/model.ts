import type { LiveConnection, StreamMap } from '@shared/bridge';
import { eventFilterRow } from '@shared/filter/event-row';
import { type Filter, type FilterRow, matchesFilter } from '@shared/filter/filter';
import type { DropCount, DropSecond } from '@shared/model/drop';
import type { EventSecond, EventsBlind, LiveEvent } from '@shared/model/event';
import type { InterfaceSample } from '@shared/model/interface';
import type { ProcessTraffic } from '@shared/model/process-traffic';

const EVENTS_KEPT = 1_000;
/** Drops are shown for the last minute: single ones would be gone before they are read. */
const DROP_WINDOW_MS = 60_000;

/** What the streams have told so far. */
export interface TopState {
  interfaces: Map<string, InterfaceSample>;
  sockets: Map<string, LiveConnection>;
  /** null where the helper does not count them; busiest first. */
  processes: ProcessTraffic[] | null;
  /** Oldest first. */
  events: LiveEvent[];
  blind: EventsBlind | null;
  lost: number;
  /** The last whole second; null before the first. */
  second: EventSecond | null;
  drops: DropSecond[];
}

export function emptyState(): TopState {
  return {
    interfaces: new Map(),
    sockets: new Map(),
    processes: null,
    events: [],
    blind: null,
    lost: 0,
    second: null,
    drops: [],
  };
}

/** A copy that stands still while the streams go on. */
export function freeze(state: TopState): TopState {
  return {
    ...state,
    interfaces: new Map(state.interfaces),
    sockets: new Map(state.sockets),
    events: [...state.events],
    drops: [...state.drops],
  };
}

type Event<Name extends keyof StreamMap> = StreamMap[Name]['event'];

export function addSamples(state: TopState, { samples }: Event<'interface_sample'>): void {
  const newest = samples.at(-1)?.at_ms ?? 0;
  for (const sample of samples) state.interfaces.set(sample.interface, sample);
  // An interface that is gone gets no further samples.
  for (const [name, { at_ms }] of state.interfaces) if (newest - at_ms > GONE_AFTER_MS) state.interfaces.delete(name);
}
const GONE_AFTER_MS = 5_000;

export function addSockets(state: TopState, { snapshot, upserted, closed }: Event<'socket_table'>): void {
  if (snapshot) state.sockets.clear();
  for (const socket of upserted) state.sockets.set(socket.id, socket);
  for (const id of closed) state.sockets.delete(id);
}

export function addProcesses(state: TopState, { processes, source }: Event<'process_traffic'>): void {
  state.processes = processes.length === 0 && source.reason !== null ? null : processes;
}

export function addEvents(state: TopState, { snapshot, events, blind, coverage }: Event<'kernel_event'>): void {
  state.events = [...(snapshot ? [] : state.events), ...events].slice(-EVENTS_KEPT);
  state.blind = blind;
  state.lost = coverage.lost;
}

export function addSeconds(state: TopState, { seconds }: Event<'event_rate'>): void {
  state.second = seconds.at(-1) ?? state.second;
}

export function addDrops(state: TopState, { snapshot, seconds }: Event<'drop_rate'>, nowMs: number): void {
  state.drops = [...(snapshot ? [] : state.drops), ...seconds].filter(({ at_ms }) => nowMs - at_ms <= DROP_WINDOW_MS);
}

export interface ProcessRow {
  pid: number | null;
  program: string;
  sockets: number;
  /** bit/s; null when it is not known. */
  rx: number | null;
  tx: number | null;
}

/** Busiest first. With a filter only the sockets that match are counted; UDP has no rates there. */
export function processRows({ sockets, processes }: TopState, filter: Filter | null): ProcessRow[] {
  const rows = new Map<string, ProcessRow>();
  const rowOf = (pid: number | null, program: string): ProcessRow => {
    const key = pid === null ? program : String(pid);
    const known = rows.get(key);
    if (known) return known;
    const row = { pid, program, sockets: 0, rx: null, tx: null };
    rows.set(key, row);
    return row;
  };
  const counted = filter === null && processes !== null;
  for (const socket of sockets.values()) {
    if (filter && !matchesFilter(filter, socket)) continue;
    const row = rowOf(socket.pid, socket.program);
    row.sockets++;
    if (counted) continue;
    row.rx = plus(row.rx, socket.rx_rate_bps);
    row.tx = plus(row.tx, socket.tx_rate_bps);
  }
  for (const { pid, program, rx_rate_bps, tx_rate_bps } of counted ? (processes ?? []) : []) {
    // Idle ones without a socket have ended, most of them.
    if (!rows.has(String(pid)) && !rx_rate_bps && !tx_rate_bps) continue;
    const row = rowOf(pid, program);
    row.rx = plus(row.rx, rx_rate_bps);
    row.tx = plus(row.tx, tx_rate_bps);
  }
  const busy = ({ rx, tx }: ProcessRow): number => (rx ?? 0) + (tx ?? 0);
  return [...rows.values()].sort(
    (a, b) => busy(b) - busy(a) || b.sockets - a.sockets || (a.pid ?? Infinity) - (b.pid ?? Infinity),
  );
}

/** Busiest first, then listeners last: they carry nothing. */
export function socketRows({ sockets }: TopState, filter: Filter | null): LiveConnection[] {
  const busy = ({ rx_rate_bps, tx_rate_bps, state }: LiveConnection): number =>
    (rx_rate_bps ?? 0) + (tx_rate_bps ?? 0) - (state === 'LISTEN' ? 1 : 0);
  return [...sockets.values()]
    .filter(socket => !filter || matchesFilter(filter, socket))
    .sort((a, b) => busy(b) - busy(a) || (a.local_port ?? 0) - (b.local_port ?? 0));
}

/** Newest first. */
export function eventRows({ events }: TopState, filter: Filter | null): LiveEvent[] {
  return events.filter(event => !filter || matchesFilter(filter, eventFilterRow(event))).toReversed();
}

/** The last minute, added up; most frequent first. Frees that are no loss are left out. */
export function dropRows({ drops }: TopState, filter: Filter | null, nowMs: number): DropCount[] {
  const rows = new Map<string, DropCount>();
  for (const { at_ms, drops: counts } of drops) {
    if (nowMs - at_ms > DROP_WINDOW_MS) continue;
    for (const drop of counts) {
      if (drop.benign || (filter && !matchesFilter(filter, dropFilterRow(drop)))) continue;
      const key = JSON.stringify([drop.reason, drop.pid, drop.program, drop.location]);
      const row = rows.get(key);
      if (row) row.count += drop.count;
      else rows.set(key, { ...drop });
    }
  }
  return [...rows.values()].sort((a, b) => b.count - a.count);
}

/** Counts know no addresses: terms about those match nothing. */
function dropFilterRow({ reason, pid, program, location }: DropCount): FilterRow {
  return {
    protocol: '' as FilterRow['protocol'], // none: compared as a text
    recv_queue: null,
    send_queue: null,
    local_ip: '',
    local_port: null,
    foreign_ip: '',
    foreign_port: null,
    state: '-',
    pid,
    program,
    attribution: pid === null ? 'none' : 'exact',
    user: null,
    container: null,
    rtt_ms: null,
    retransmits: null,
    age_s: null,
    kind: 'drop',
    reason,
    location,
  } as FilterRow; // what a connection has beyond these is not asked of a drop
}

function plus(sum: number | null, more: number | null): number | null {
  return more === null ? sum : (sum ?? 0) + more;
}

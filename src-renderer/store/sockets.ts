import type { LiveConnection, SocketTableEvent } from '@shared/model/connection';
import { countSockets, type SocketCount } from '@shared/model/socket-count';
import type { Source } from '@shared/model/source';
import { create } from 'zustand';
import { type Totals, totalsOf } from './aggregate';
import { WINDOW } from './interfaces';

/** How long a closed socket stays, grey. */
export const LINGER_MS = 30_000;

export interface SocketRow extends LiveConnection {
  /** When this page first saw it; null for the snapshot's rows, which are not new. */
  seen_ms: number | null;
  closed_ms: number | null;
}

/** Above this, what is worked out of the whole table is worked out with every second event only; values still change with each. */
const MANY = 5_000;
const BEAT_MS = 1_000;

/** What is worked out of one version of the table: words, chart and list on a page say the same when all come from here. */
export interface Settled {
  /** 0 before the first */
  version: number;
  totals: Totals;
  /** Rows with those that linger. */
  rows: number;
  /** Oldest first. */
  counts: readonly SocketCount[];
}

interface SocketsState {
  /** Changed in place and never copied: 10,000 rows change every second. `version` says that it changed. */
  rows: ReadonlyMap<string, SocketRow>;
  version: number;
  at_ms: number | null;
  source: Source | null;
  settled: Settled;
  receive: (event: SocketTableEvent) => void;
  /** The engine's own counts: what was before this page looked. */
  receiveCounts: (counts: readonly SocketCount[]) => void;
  /** Lets closed rows go. Once a second while the stream is listened to. */
  beat: (nowMs: number) => void;
}

/** The rows of a version. They are changed in place, so what is worked out from them hangs on the version as well. */
export function rowsAt(rows: ReadonlyMap<string, SocketRow>, _version: number): SocketRow[] {
  return [...rows.values()];
}

/** Applies an event to the table. @returns nothing: the table is changed in place */
export function applySocketEvent(table: Map<string, SocketRow>, event: SocketTableEvent): void {
  if (event.snapshot) {
    // What is not in a snapshot closed while nobody listened: unknown when, so it does not linger.
    const alive = new Set(event.upserted.map(({ id }) => id));
    for (const id of table.keys()) if (!alive.has(id)) table.delete(id);
  }
  for (const socket of event.upserted) {
    const known = table.get(socket.id);
    const seen_ms = known ? known.seen_ms : event.snapshot ? null : event.at_ms;
    table.set(socket.id, { ...socket, seen_ms, closed_ms: null });
  }
  for (const id of event.closed) {
    const row = table.get(id);
    if (row && row.closed_ms === null) table.set(id, { ...row, closed_ms: event.at_ms, rx_rate_bps: null, tx_rate_bps: null });
  }
}

/** Adds counts made elsewhere where there are none of the page's own nearby. @returns oldest first */
export function mergeCounts(own: readonly SocketCount[], others: readonly SocketCount[]): SocketCount[] {
  const merged = [...own];
  for (const count of others) {
    const near = (known: SocketCount): boolean => Math.abs(known.at_ms - count.at_ms) < Math.min(count.interval_ms, 3_000);
    if (!merged.some(near)) merged.push(count);
  }
  return merged.sort((a, b) => a.at_ms - b.at_ms).slice(-WINDOW);
}

const isOpen = (row: SocketRow): boolean => row.closed_ms === null;

export const useSockets = create<SocketsState>((set, get) => {
  const table = new Map<string, SocketRow>();
  /** Whether the newest event of a long table was not settled. */
  let skipped = false;
  const settle = (version: number, counts: readonly SocketCount[]): Settled => ({
    version,
    totals: totalsOf(table.values()),
    rows: table.size,
    counts,
  });
  return {
    rows: table,
    version: 0,
    at_ms: null,
    source: null,
    settled: settle(0, []),
    receive(event) {
      applySocketEvent(table, event);
      const version = get().version + 1;
      const change = { version, at_ms: event.at_ms, source: event.source };
      skipped = table.size > MANY && !event.snapshot && !skipped;
      if (skipped) return set(change);
      const count = countSockets([...table.values()].filter(isOpen), event.at_ms, BEAT_MS);
      set({ ...change, settled: settle(version, [...get().settled.counts, count].slice(-WINDOW)) });
    },
    receiveCounts(counts) {
      const { settled } = get();
      set({ settled: { ...settled, counts: mergeCounts(settled.counts, counts) } });
    },
    beat(nowMs) {
      let left = 0;
      for (const [id, row] of table) {
        if (row.closed_ms !== null && nowMs - row.closed_ms > LINGER_MS) {
          table.delete(id);
          left += 1;
        }
      }
      if (left === 0) return;
      const version = get().version + 1;
      set({ version, settled: settle(version, get().settled.counts) });
    },
  };
});

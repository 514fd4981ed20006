import type { LiveConnection, SocketTableEvent } from '@shared/model/connection';
import type { Source } from '@shared/model/source';
import { create } from 'zustand';
import { WINDOW } from './interfaces';

/** How long a closed socket stays, grey. */
export const LINGER_MS = 30_000;

export interface SocketRow extends LiveConnection {
  /** When this page first saw it; null for the snapshot's rows, which are not new. */
  seen_ms: number | null;
  closed_ms: number | null;
}

/** Sockets counted once a second. */
export interface SocketCount {
  at_ms: number;
  by_state: ReadonlyMap<string, number>;
  by_process: ReadonlyMap<string, number>;
}

interface SocketsState {
  /** Changed in place and never copied: 10,000 rows change every second. `version` says that it changed. */
  rows: ReadonlyMap<string, SocketRow>;
  version: number;
  at_ms: number | null;
  source: Source | null;
  counts: readonly SocketCount[];
  receive: (event: SocketTableEvent) => void;
  /** Takes one count and lets closed rows go. Once a second while the stream is listened to. */
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

export function countSockets(rows: Iterable<SocketRow>, atMs: number): SocketCount {
  const by_state = new Map<string, number>();
  const by_process = new Map<string, number>();
  for (const row of rows) {
    if (row.closed_ms !== null) continue;
    const state = row.state === '-' ? 'UDP' : row.state;
    by_state.set(state, (by_state.get(state) ?? 0) + 1);
    by_process.set(row.program, (by_process.get(row.program) ?? 0) + 1);
  }
  return { at_ms: atMs, by_state, by_process };
}

export const useSockets = create<SocketsState>((set, get) => {
  const table = new Map<string, SocketRow>();
  return {
    rows: table,
    version: 0,
    at_ms: null,
    source: null,
    counts: [],
    receive(event) {
      applySocketEvent(table, event);
      set({ version: get().version + 1, at_ms: event.at_ms, source: event.source });
    },
    beat(nowMs) {
      if (get().at_ms === null) return;
      let left = 0;
      for (const [id, row] of table) {
        if (row.closed_ms !== null && nowMs - row.closed_ms > LINGER_MS) {
          table.delete(id);
          left += 1;
        }
      }
      const counts = [...get().counts, countSockets(table.values(), nowMs)].slice(-WINDOW);
      set(left > 0 ? { counts, version: get().version + 1 } : { counts });
    },
  };
});

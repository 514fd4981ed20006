import { asNetsondeError } from '@shared/errors';
import type { LiveConnection, SocketTableEvent } from '@shared/model/connection';
import type { Measured, MeasuredSource } from '@shared/model/source';
import type { Clock } from './clock';
import { socketId } from './first-seen';
import { growth, perSecond } from './rates';
import type { SocketReading } from './sockets';
import { createPublisher, type Stop } from './stream';

/** The table as it is after a reading. */
export interface TableState {
  rows: ReadonlyMap<string, LiveConnection>;
  source: MeasuredSource;
  atMs: number;
  /** Time since the reading before, monotonic; null at the first. */
  intervalMs: number | null;
}

export interface SocketTable {
  /** Snapshot first, then what changed. */
  listen(onEvent: (event: Measured<SocketTableEvent>) => void): Stop;
  /** Every reading while somebody listens, for what is worked out of the whole table. */
  listenState(onState: (state: TableState) => void): Stop;
}

const INTERVAL_MS = 1_000;
/** Reading may take this share of the time: a table of 100,000 sockets is read less often. */
const DUTY = 0.25;

/**
 * Reads the socket table once a second while somebody listens, and tells what changed. The rates of a connection are the
 * growth of its byte counters; a connection first seen has none, not zero.
 */
export function createSocketTable(read: () => Promise<SocketReading>, clock: Clock): SocketTable {
  let current: TableState | undefined;
  let readAtMs = 0;
  let generation = 0;

  const states = createPublisher<{ state: TableState; changes: Omit<Measured<SocketTableEvent>, 'snapshot'> }>(() => {
    const mine = ++generation;
    let stopTimer: Stop = () => {};
    current = undefined;
    const beat = async (): Promise<void> => {
      const startedMs = clock.monotonicMs();
      try {
        const reading = await read();
        if (mine === generation) take(reading);
      } catch (thrown) {
        console.error(JSON.stringify({ level: 'error', message: `Socket table: ${asNetsondeError(thrown).message}` }));
      }
      if (mine !== generation) return;
      const tookMs = clock.monotonicMs() - startedMs;
      stopTimer = clock.after(Math.max(INTERVAL_MS - tookMs, tookMs / DUTY - tookMs, 0), () => void beat());
    };
    void beat();
    return () => {
      generation++;
      stopTimer();
      current = undefined;
    };
  });

  const take = (reading: SocketReading): void => {
    const before = current;
    const intervalMs = before ? reading.monotonicMs - readAtMs : null;
    const rows = liveRows(reading, before?.rows, intervalMs);
    readAtMs = reading.monotonicMs;
    current = { rows, source: reading.source, atMs: reading.wallMs, intervalMs };
    const upserted = [...rows.values()].filter(row => differs(before?.rows.get(row.id), row));
    const closed = before ? [...before.rows.keys()].filter(id => !rows.has(id)) : [];
    states.publish({ state: current, changes: { at_ms: reading.wallMs, upserted, closed, source: reading.source } });
  };

  const liveRows = (
    reading: SocketReading,
    before: ReadonlyMap<string, LiveConnection> | undefined,
    intervalMs: number | null,
  ): Map<string, LiveConnection> => {
    const rows = new Map<string, LiveConnection>();
    for (const { socket, row } of reading.sockets) {
      const id = socketId(socket);
      const earlier = before?.get(id);
      rows.set(id, {
        ...row,
        id,
        rx_rate_bps: rate(earlier?.rx_bytes, socket.rx_bytes, intervalMs),
        tx_rate_bps: rate(earlier?.tx_bytes, socket.tx_bytes, intervalMs),
        rx_bytes: socket.rx_bytes,
        tx_bytes: socket.tx_bytes,
        // A connection that ends in TIME_WAIT has no opening of its own any more.
        first_seen_ms: socket.opened_ms ?? earlier?.first_seen_ms ?? reading.firstSeen.get(id)?.wallMs ?? null,
      });
    }
    return rows;
  };

  return {
    listen(onEvent) {
      let begun = false;
      const begin = (state: TableState): void => {
        begun = true;
        onEvent({ snapshot: true, at_ms: state.atMs, upserted: [...state.rows.values()], closed: [], source: state.source });
      };
      if (current) begin(current);
      return states.listen(({ state, changes }) => {
        if (begun) onEvent({ snapshot: false, ...changes });
        else begin(state);
      });
    },
    listenState(onState) {
      if (current) onState(current);
      return states.listen(({ state }) => onState(state));
    },
  };
}

function rate(earlier: number | null | undefined, later: number | null, intervalMs: number | null): number | null {
  if (later === null || earlier === null || earlier === undefined || intervalMs === null) return null;
  const bytes = perSecond(growth(earlier, later), intervalMs);
  return bytes === null ? null : Math.round(bytes * 8);
}

/** Whether a listener has to hear of a row again. Its age grows by itself: first_seen_ms tells it. */
function differs(before: LiveConnection | undefined, row: LiveConnection): boolean {
  return (
    before === undefined ||
    before.state !== row.state ||
    before.rx_rate_bps !== row.rx_rate_bps ||
    before.tx_rate_bps !== row.tx_rate_bps ||
    before.rx_bytes !== row.rx_bytes ||
    before.tx_bytes !== row.tx_bytes ||
    before.recv_queue !== row.recv_queue ||
    before.send_queue !== row.send_queue ||
    before.rtt_ms !== row.rtt_ms ||
    before.retransmits !== row.retransmits ||
    before.pid !== row.pid ||
    before.program !== row.program ||
    before.user !== row.user ||
    before.container !== row.container
  );
}

import type { StreamMap } from '@shared/bridge';
import { asNetsondeError } from '@shared/errors';
import type { Connection } from '@shared/model/connection';
import type { PortChange } from '@shared/model/port';
import type { Clock } from './clock';
import { createPublisher, type Stop } from './stream';

type PortEvent = StreamMap['port_change']['event'];

export interface PortChanges {
  listen(onEvent: (event: PortEvent) => void): Stop;
  stop: Stop;
}

/** A slow beat: it goes on with nobody looking, so that a page can tell what happened before it was opened. */
const INTERVAL_MS = 5_000;
const KEPT = 500;

/** Notices listeners that come and go. `read` gives the present ones; two sockets on one address and port are one listener. */
export function watchPorts(read: () => Promise<readonly Connection[]>, clock: Clock): PortChanges {
  const publisher = createPublisher<PortChange[]>();
  const kept: PortChange[] = [];
  /** When each open listener was first seen; null for those that were there before. */
  let open: Map<string, { row: Connection; sinceMs: number | null }> | undefined;
  let stopped = false;
  let failing = false;
  let stopTimer: Stop = () => {};

  const beat = async (): Promise<void> => {
    try {
      take(await read());
      failing = false;
    } catch (thrown) {
      if (!failing && !stopped)
        console.error(JSON.stringify({ level: 'error', message: `Listening ports: ${asNetsondeError(thrown).message}` }));
      failing = true;
    }
    if (!stopped) stopTimer = clock.after(INTERVAL_MS, () => void beat());
  };

  const take = (rows: readonly Connection[]): void => {
    const nowMs = clock.monotonicMs();
    const at_ms = clock.wallMs();
    const before = open;
    const now = new Map(rows.map(row => [`${row.protocol} ${row.local_ip} ${row.local_port}`, row]));
    const changes: PortChange[] = [];
    open = new Map(
      [...now].map(([key, row]) => [key, { row, sinceMs: before ? (before.get(key) ?? { sinceMs: nowMs }).sinceMs : null }]),
    );
    if (!before) return;
    for (const [key, row] of now) if (!before.has(key)) changes.push(changeOf(row, 'opened', at_ms, null));
    for (const [key, { row, sinceMs }] of before) {
      if (!now.has(key)) changes.push(changeOf(row, 'closed', at_ms, sinceMs === null ? null : Math.round(nowMs - sinceMs)));
    }
    if (changes.length === 0) return;
    kept.push(...changes);
    kept.splice(0, Math.max(0, kept.length - KEPT));
    publisher.publish(changes);
  };

  void beat();
  return {
    listen(onEvent) {
      onEvent({ snapshot: true, changes: [...kept] });
      return publisher.listen(changes => onEvent({ snapshot: false, changes }));
    },
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}

function changeOf(row: Connection, kind: PortChange['kind'], at_ms: number, open_ms: number | null): PortChange {
  return {
    at_ms,
    kind,
    protocol: row.protocol,
    port: row.local_port ?? 0,
    local_ip: row.local_ip,
    program: row.program,
    pid: row.pid,
    open_ms,
  };
}

import { asNetsondeError } from '@shared/errors';
import type { ProcessTraffic, ProcessTrafficEvent } from '@shared/model/process-traffic';
import type { Measured } from '@shared/model/source';
import { text } from '@shared/text/index';
import { readProcessBytes } from '../collectors/processes/helper';
import type { Host } from '../hosts/host';
import type { Clock } from './clock';
import { growth, perSecond } from './rates';
import { createPublisher, type Stop } from './stream';
import type { Users } from './users';

export interface ProcessTrafficService {
  /** One event a second while somebody listens. */
  listen(onEvent: (event: MeasuredProcesses) => void): Stop;
}

/** Not worded yet. */
export type MeasuredProcesses = Measured<ProcessTrafficEvent>;

const BEAT_MS = 1_000;
const MOST_SHOWN = 200;

/** Bytes of each process as the helper counts them at each send and receive call. */
export function createProcessTraffic(host: Host, users: Users, clock: Clock): ProcessTrafficService {
  let before = new Map<string, ProcessTraffic>();
  let beforeMs: number | null = null;
  let latest: MeasuredProcesses | undefined;

  const read = async (): Promise<MeasuredProcesses> => {
    const startedMs = clock.monotonicMs();
    const at_ms = clock.wallMs();
    const base = { sampled_at: new Date(at_ms).toISOString(), remedies: [], rtt_ms: host.rttMs, caveats: [] };
    try {
      const records = await readProcessBytes(host);
      const names = await users.names(host);
      const nowMs = clock.monotonicMs();
      const intervalMs = beforeMs === null ? null : nowMs - beforeMs;
      const rate = (earlier: number | undefined, later: number): number | null => {
        if (intervalMs === null) return null;
        const bytes = perSecond(growth(earlier ?? 0, later), intervalMs);
        return bytes === null ? null : Math.round(bytes * 8);
      };
      const all = new Map<string, ProcessTraffic>();
      for (const record of records) {
        const id = `${record.pid} ${record.process_started_ns}`;
        const known = before.get(id);
        all.set(id, {
          pid: record.pid,
          program: record.comm || '-',
          user: names.get(record.uid) ?? String(record.uid),
          started_ms: record.started_ms,
          tx_bytes: record.tx_bytes,
          rx_bytes: record.rx_bytes,
          tx_rate_bps: rate(known?.tx_bytes, record.tx_bytes),
          rx_rate_bps: rate(known?.rx_bytes, record.rx_bytes),
        });
      }
      before = all;
      beforeMs = nowMs;
      const busiest = (row: ProcessTraffic): number => (row.tx_rate_bps ?? 0) + (row.rx_rate_bps ?? 0);
      const rows = [...all.values()].sort(
        (a, b) => busiest(b) - busiest(a) || b.tx_bytes + b.rx_bytes - a.tx_bytes - a.rx_bytes || a.pid - b.pid,
      );
      return {
        at_ms,
        processes: rows.slice(0, MOST_SHOWN),
        total: rows.length,
        source: { ...base, backend: 'eBPF', privileged: true, degraded: false, reason: null, duration_ms: nowMs - startedMs },
      };
    } catch (thrown) {
      const error = asNetsondeError(thrown);
      before = new Map();
      beforeMs = null;
      return {
        at_ms,
        processes: [],
        total: 0,
        source: {
          ...base,
          backend: 'none',
          privileged: false,
          degraded: true,
          reason: text('source.skipped', { backend: 'eBPF', why: error.text }),
          remedies: [{ backend: 'eBPF', code: error.code, hint: error.hintText }],
          duration_ms: clock.monotonicMs() - startedMs,
        },
      };
    }
  };

  const publisher = createPublisher<MeasuredProcesses>(() => {
    let stopped = false;
    let stopTimer: Stop = () => {};
    const beat = async (): Promise<void> => {
      const event = await read();
      if (stopped) return;
      latest = event;
      publisher.publish(event);
      stopTimer = clock.after(BEAT_MS, () => void beat());
    };
    void beat();
    return () => {
      stopped = true;
      stopTimer();
      latest = undefined;
      before = new Map();
      beforeMs = null;
    };
  });

  return {
    listen(onEvent) {
      if (latest) onEvent(latest);
      return publisher.listen(onEvent);
    },
  };
}

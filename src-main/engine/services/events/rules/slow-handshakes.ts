import { text } from '@shared/text/index';
import { groupBy, median, type Rule, someIds } from './rule';
import { THRESHOLDS } from './thresholds';

const { handshakes, median_ms } = THRESHOLDS.slow_handshakes;

/** Connecting to one host takes long: a far or loaded way, or SYNs that are lost (then about 1 s or 3 s). */
export const slowHandshakes: Rule = {
  id: 'slow_handshakes',
  severity: 'warning',
  threshold: text('patterns.slow_handshakes_threshold', { handshakes, ms: median_ms }),
  find: ({ attempts }) => {
    const connected = attempts.filter(({ inbound, result, latency_ms }) => !inbound && result === 'ok' && latency_ms !== null);
    return [...groupBy(connected, ({ ip }) => ip).values()].flatMap(rows => {
      const latencies = rows.map(({ latency_ms }) => latency_ms ?? 0);
      const typical = median(latencies);
      const [first] = rows;
      if (!first || rows.length < handshakes || typical < median_ms) return [];
      const onePid = new Set(rows.map(({ pid }) => pid)).size === 1;
      return {
        pid: onePid ? first.pid : null,
        program: onePid ? first.program : null,
        summary: text('patterns.slow_handshakes', { ip: first.ip, count: rows.length, ms: Math.round(typical) }),
        evidence: [`min ${Math.round(Math.min(...latencies))} ms`, `max ${Math.round(Math.max(...latencies))} ms`],
        event_ids: someIds(rows),
      };
    });
  },
};

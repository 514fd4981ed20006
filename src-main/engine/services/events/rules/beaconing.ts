import { text } from '@shared/text/index';
import { clockTime, groupBy, median, type Rule, someIds } from './rule';
import { THRESHOLDS } from './thresholds';

const { contacts, period_s, jitter } = THRESHOLDS.beaconing;
/** Attempts this close together are one contact: happy eyeballs, or a few connections at once. */
const ONE_CONTACT_MS = 1_000;

/** One program turns to one destination at even intervals: a poll, a heartbeat, or something that reports home. */
export const beaconing: Rule = {
  id: 'beaconing',
  severity: 'info',
  threshold: text('patterns.beaconing_threshold', { contacts, seconds: period_s, percent: jitter * 100 }),
  // By name, not by pid: what cron starts is another process each time.
  find: ({ attempts }) =>
    [
      ...groupBy(
        attempts.filter(({ inbound }) => !inbound),
        row => `${row.program} ${row.destination}`,
      ).values(),
    ].flatMap(rows => {
      const times: number[] = [];
      for (const { at_ms } of rows) if (at_ms - (times.at(-1) ?? Number.NEGATIVE_INFINITY) >= ONE_CONTACT_MS) times.push(at_ms);
      const [first] = rows;
      if (!first || times.length < contacts) return [];
      const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
      const period = median(intervals);
      const deviation = median(intervals.map(interval => Math.abs(interval - period))) / period;
      if (period < period_s * 1_000 || deviation > jitter) return [];
      return {
        pid: new Set(rows.map(({ pid }) => pid)).size === 1 ? first.pid : null,
        program: first.program,
        summary: text('patterns.beaconing', {
          program: first.program,
          destination: first.destination,
          count: times.length,
          period: (period / 1_000).toFixed(1),
          percent: (deviation * 100).toFixed(1),
        }),
        evidence: [
          clockTime(first.at_ms),
          clockTime(times.at(-1) ?? first.at_ms),
          intervals
            .slice(0, 10)
            .map(each => `${(each / 1_000).toFixed(1)} s`)
            .join(', '),
        ],
        event_ids: someIds(rows),
      };
    }),
};

import { text } from '@shared/text/index';
import { busiestStretch, clockTime, groupBy, processKey, type Rule, someIds, someValues } from './rule';
import { THRESHOLDS } from './thresholds';

const { hosts, within_s } = THRESHOLDS.fan_out;

/** One process turns to very many hosts. */
export const fanOut: Rule = {
  id: 'fan_out',
  severity: 'info',
  threshold: text('patterns.fan_out_threshold', { hosts, seconds: within_s }),
  find: ({ attempts }) =>
    [
      ...groupBy(
        attempts.filter(({ inbound }) => !inbound),
        processKey,
      ).values(),
    ].flatMap(rows => {
      const { rows: stretch, distinct } = busiestStretch(rows, within_s, ({ ip }) => ip);
      const [first] = stretch;
      if (!first || distinct < hosts) return [];
      return {
        pid: first.pid,
        program: first.program,
        summary: text('patterns.fan_out', { program: first.program, count: distinct, seconds: within_s }),
        evidence: [clockTime(first.at_ms), someValues(stretch.map(({ ip }) => ip))],
        event_ids: someIds(stretch),
      };
    }),
};

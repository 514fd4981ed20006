import { text } from '@shared/text/index';
import { busiestStretch, clockTime, groupBy, processKey, type Rule, someIds, someValues } from './rule';
import { THRESHOLDS } from './thresholds';

const { attempts, within_s, times } = THRESHOLDS.burst;

/** Far more attempts in a few seconds than the process makes otherwise. */
export const burst: Rule = {
  id: 'burst',
  severity: 'info',
  threshold: text('patterns.burst_threshold', { attempts, seconds: within_s, times }),
  find: input =>
    [
      ...groupBy(
        input.attempts.filter(({ inbound }) => !inbound),
        processKey,
      ).values(),
    ].flatMap(rows => {
      const { rows: stretch } = busiestStretch(rows, within_s, row => row.id);
      const [first] = stretch;
      if (!first || stretch.length < attempts) return [];
      const otherS = Math.max(input.duration_s - within_s, 0);
      const usual = otherS === 0 ? 0 : ((rows.length - stretch.length) / otherS) * within_s;
      if (stretch.length < usual * times) return [];
      return {
        pid: first.pid,
        program: first.program,
        summary: text('patterns.burst', {
          program: first.program,
          count: stretch.length,
          seconds: within_s,
          usual: usual.toFixed(1),
        }),
        evidence: [clockTime(first.at_ms), someValues(stretch.map(({ destination }) => destination))],
        event_ids: someIds(stretch),
      };
    }),
};

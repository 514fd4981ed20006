import { text } from '@shared/text/index';
import { groupBy, type Rule, someIds, someValues } from './rule';
import { THRESHOLDS } from './thresholds';

const { baseline_s, baseline_attempts } = THRESHOLDS.new_destinations;

/**
 * Destinations that no process of that name turned to in the time before. Says nothing of a program that was not watched
 * long enough: then everything would be new.
 */
export const newDestinations: Rule = {
  id: 'new_destinations',
  severity: 'info',
  threshold: text('patterns.new_destinations_threshold', { minutes: baseline_s / 60, attempts: baseline_attempts }),
  find({ attempts, earlier, earlier_s }) {
    if (earlier_s < baseline_s) return [];
    const known = groupBy(
      earlier.filter(({ inbound }) => !inbound),
      ({ program }) => program,
    );
    return [
      ...groupBy(
        attempts.filter(({ inbound }) => !inbound),
        ({ program }) => program,
      ),
    ].flatMap(([program, rows]) => {
      const before = known.get(program) ?? [];
      if (before.length < baseline_attempts) return [];
      const seen = new Set(before.map(({ ip, port }) => `${ip} ${port}`));
      const fresh = rows.filter(({ ip, port }) => !seen.has(`${ip} ${port}`));
      const [first] = fresh;
      if (!first) return [];
      const destinations = new Set(fresh.map(({ destination }) => destination));
      return {
        pid: new Set(fresh.map(({ pid }) => pid)).size === 1 ? first.pid : null,
        program,
        summary: text('patterns.new_destinations', { program, count: destinations.size, minutes: Math.floor(earlier_s / 60) }),
        evidence: [someValues(destinations)],
        event_ids: someIds(fresh),
      };
    });
  },
};

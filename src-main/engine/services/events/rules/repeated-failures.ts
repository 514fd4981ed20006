import { type TextKey, text } from '@shared/text/index';
import { clockTime, type Found, groupBy, type PatternInput, type Rule, someIds } from './rule';

/** Attempts at one destination that end the same way again and again: what refused, timed-out and unreachable have in common. */
export function repeatedFailures(
  id: 'refused' | 'timed_out' | 'unreachable',
  results: ReadonlySet<string>,
  { failures, share }: { failures: number; share: number },
): Rule {
  return {
    id,
    severity: 'warning',
    threshold: text(`patterns.${id}_threshold` as TextKey, { failures, percent: share * 100 }), // every id has its threshold in the texts
    find: ({ attempts }: PatternInput): Found[] =>
      [
        ...groupBy(
          attempts.filter(({ inbound }) => !inbound),
          row => `${row.program} ${row.destination}`,
        ).values(),
      ].flatMap(rows => {
        const failed = rows.filter(({ result }) => results.has(result));
        const [first] = failed;
        const last = failed.at(-1);
        if (!first || !last || failed.length < failures || failed.length < rows.length * share) return [];
        return {
          pid: new Set(failed.map(({ pid }) => pid)).size === 1 ? first.pid : null,
          program: first.program,
          summary: text(`patterns.${id}` as TextKey, {
            program: first.program,
            destination: first.destination,
            count: failed.length,
            total: rows.length,
          }),
          evidence: [`${failed.length}/${rows.length}`, first.result, clockTime(first.at_ms), clockTime(last.at_ms)],
          event_ids: someIds(failed),
        };
      }),
  };
}

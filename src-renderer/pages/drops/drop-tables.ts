import type { DropCount, DropSecond } from '@shared/model/drop';

/** Key of what a second had beyond those it lists. */
export const OTHER = '\u0000other';

export interface DropTables {
  /** Without frees that are no loss, unless they are asked for. */
  count: number;
  benign: number;
  reasons: { reason: string; benign: boolean; count: number }[];
  processes: { pid: number | null; program: string; count: number }[];
  locations: { location: string | null; count: number }[];
  /** Beyond what the seconds list one by one: in no table. */
  other: number;
}

const byCount = <Row extends { count: number }>(rows: Iterable<Row>): Row[] => [...rows].sort((a, b) => b.count - a.count);

/** Adds up seconds by reason, process and place. */
export function dropTables(seconds: readonly DropSecond[], withBenign: boolean): DropTables {
  const reasons = new Map<string, DropTables['reasons'][number]>();
  const processes = new Map<string, DropTables['processes'][number]>();
  const locations = new Map<string, DropTables['locations'][number]>();
  let [count, benign, other] = [0, 0, 0];
  for (const second of seconds) {
    other += second.other;
    for (const drop of second.drops) {
      if (drop.benign) benign += drop.count;
      if (drop.benign && !withBenign) continue;
      count += drop.count;
      add(reasons, drop.reason, { reason: drop.reason, benign: drop.benign, count: 0 }, drop);
      add(processes, `${drop.pid} ${drop.program}`, { pid: drop.pid, program: drop.program, count: 0 }, drop);
      add(locations, drop.location ?? '', { location: drop.location, count: 0 }, drop);
    }
  }
  return {
    count: count + other,
    benign,
    reasons: byCount(reasons.values()),
    processes: byCount(processes.values()),
    locations: byCount(locations.values()),
    other,
  };
}

function add<Row extends { count: number }>(rows: Map<string, Row>, key: string, empty: Row, { count }: DropCount): void {
  const row = rows.get(key) ?? empty;
  row.count += count;
  rows.set(key, row);
}

/** What a second has of each reason, for the chart. */
export function countsByReason(second: DropSecond, withBenign: boolean): [string, number][] {
  const counts: [string, number][] = second.drops
    .filter(({ benign }) => withBenign || !benign)
    .map(({ reason, count }) => [reason, count]);
  if (second.other > 0) counts.push([OTHER, second.other]);
  return counts;
}

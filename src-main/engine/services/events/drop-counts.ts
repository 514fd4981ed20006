import type { DropCount } from '@shared/model/drop';
import { EVENT, readEvent, readLocation } from '../../collectors/events/read-event';
import type { Describer } from './describe';

/** Drops with one reason, process and location, within one second. */
interface Pile {
  reason: number;
  pid: number;
  location: number;
  count: number;
  /** Worded once, when the pile is begun: its process may be gone later. */
  row: Omit<DropCount, 'count' | 'location'>;
}

/** More piles than that in a second are one: a scan of forged processes must not grow the memory. */
const MAX_PILES = 1_000;
const MAX_ROWS = 50;

/** Counts drops as they come, so that totals hold even when a flood pushes the drops themselves out of memory. */
export interface DropCounts {
  /** @returns whether the drop is no loss */
  add(bytes: Buffer, at: number): boolean;
  /** What came since the last take. */
  peek(): { drops: DropCount[]; other: number };
  take(): { drops: DropCount[]; other: number };
}

export function createDropCounts(describer: Describer): DropCounts {
  let piles = new Map<string, Pile>();
  let other = 0;
  let last: Pile | undefined;

  const find = (bytes: Buffer, at: number, reason: number, pid: number, location: number): Pile | undefined => {
    const key = `${reason} ${pid} ${location}`;
    const known = piles.get(key);
    if (known || piles.size >= MAX_PILES) return known;
    const row = {
      reason: describer.reasonName(reason),
      benign: describer.isBenign(reason),
      pid: pid || null,
      program: (pid && readEvent(bytes, at).comm) || '-',
    };
    const pile = { reason, pid, location, count: 0, row };
    piles.set(key, pile);
    return pile;
  };

  const peek = (): { drops: DropCount[]; other: number } => {
    const rows = [...piles.values()].sort((a, b) => b.count - a.count);
    const rest = rows.slice(MAX_ROWS).reduce((sum, { count }) => sum + count, other);
    return {
      drops: rows
        .slice(0, MAX_ROWS)
        .map(({ row, count, location }) => ({ ...row, location: describer.location(location), count })),
      other: rest,
    };
  };

  return {
    add(bytes, at) {
      const reason = bytes.readUInt32LE(at + EVENT.reason);
      const pid = bytes.readUInt32LE(at + EVENT.pid);
      const location = readLocation(bytes, at);
      // Drops come in runs of one sort.
      if (last?.reason !== reason || last.pid !== pid || last.location !== location)
        last = find(bytes, at, reason, pid, location);
      if (!last) {
        other++;
        return describer.isBenign(reason);
      }
      last.count++;
      return last.row.benign;
    },
    peek,
    take() {
      const counted = peek();
      piles = new Map();
      other = 0;
      last = undefined;
      return counted;
    },
  };
}

import type { DropCount, DropRateBatch, DropSecond } from '@shared/model/drop';
import type { EventRateBatch, EventSecond } from '@shared/model/event';
import { EVENT_KINDS } from '@shared/model/event-kinds';
import { KIND } from '../../collectors/events/read-event';
import type { Clock } from '../clock';
import { createPublisher, type Stop } from '../stream';
import type { Describer } from './describe';
import { createDropCounts } from './drop-counts';
import type { Watch } from './watch';

/** How much happened, second by second, over the last 15 minutes: exact also when the events themselves are gone. */
export interface EventSeconds {
  onRecord(bytes: Buffer, at: number, kind: number): void;
  listenRates(onEvent: (batch: EventRateBatch) => void): Stop;
  /**
   * Drops of the last seconds, the one that runs included; whole seconds only.
   * @returns null when the window does not reach so far back
   */
  dropsSince(sinceMs: number): { drops: DropCount[]; other: number } | null;
  listenDrops(onEvent: (batch: DropRateBatch) => void): Stop;
  stop: Stop;
}

const WINDOW = 900;
const SECOND_MS = 1_000;

export function createEventSeconds(clock: Clock, watch: Watch, describer: Describer): EventSeconds {
  const rates: EventSecond[] = [];
  const drops: DropSecond[] = [];
  const ratePublisher = createPublisher<EventRateBatch>();
  const dropPublisher = createPublisher<DropRateBatch>();
  const dropCounts = createDropCounts(describer);
  const counts = new Uint32Array(16);
  let benignDrops = 0;
  let lostBefore = 0;
  let beganMs = clock.wallMs();
  let stopTimer: Stop = () => {};

  const close = (): void => {
    const now = clock.wallMs();
    const gap = watch.blindBetween(beganMs, now);
    const lost = watch.lost(EVENT_KINDS);
    const kinds: EventSecond['counts'] = {};
    for (const kind of EVENT_KINDS) {
      const count = (counts[KIND[kind]] ?? 0) - (kind === 'drop' ? benignDrops : 0);
      if (count > 0) kinds[kind] = count;
    }
    if (benignDrops > 0) kinds.benign_drop = benignDrops;
    const rate = { at_ms: beganMs, counts: kinds, lost: Math.max(0, lost - lostBefore), gap };
    const drop = { at_ms: beganMs, ...dropCounts.take(), gap };
    counts.fill(0);
    benignDrops = 0;
    lostBefore = lost;
    beganMs = now;
    keep(rates, rate);
    if (drop.drops.length > 0 || drop.other > 0 || gap) keep(drops, drop);
    while (drops[0] && drops[0].at_ms < now - WINDOW * SECOND_MS) drops.shift();
    ratePublisher.publish({ snapshot: false, seconds: [rate] });
    dropPublisher.publish({ snapshot: false, seconds: [drop] });
    wait();
  };

  // To the full second of the clock on the wall, so that the points of two charts stand above each other.
  const wait = (): void => void (stopTimer = clock.after(SECOND_MS - (clock.wallMs() % SECOND_MS), close));
  wait();

  return {
    onRecord(bytes, at, kind) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (kind === KIND.drop && dropCounts.add(bytes, at)) benignDrops++;
    },
    listenRates(onEvent) {
      onEvent({ snapshot: true, seconds: [...rates] });
      return ratePublisher.listen(onEvent);
    },
    dropsSince(sinceMs) {
      if (sinceMs < clock.wallMs() - WINDOW * SECOND_MS) return null;
      const seconds = [...drops.filter(({ at_ms }) => at_ms + SECOND_MS > sinceMs), dropCounts.peek()];
      return {
        drops: seconds.flatMap(second => second.drops),
        other: seconds.reduce((sum, second) => sum + second.other, 0),
      };
    },
    listenDrops(onEvent) {
      onEvent({ snapshot: true, seconds: [...drops] });
      return dropPublisher.listen(onEvent);
    },
    stop: () => stopTimer(),
  };
}

function keep<Second>(window: Second[], second: Second): void {
  window.push(second);
  if (window.length > WINDOW) window.shift();
}

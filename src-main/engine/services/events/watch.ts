import type { EventKind } from '@shared/model/event-kinds';
import { EVENT_KINDS } from '@shared/model/event-kinds';
import type { Coverage } from '@shared/model/source';
import { type Language, translate } from '@shared/text/index';
import type { EventCounts, FeedState } from '../../collectors/events/kernel-feed';
import type { Clock } from '../clock';

interface Gap {
  fromMs: number;
  toMs: number | null;
  state: Extract<FeedState, { state: 'blind' }>;
}

/** What was watched, and when not: since the first helper, over all that came after it. */
export interface Watch {
  /** Adds to the kernel's time, which counts from boot. */
  readonly bootToWallMs: number;
  /** ms since 1970; null before the first helper. */
  readonly sinceMs: number | null;
  onState(state: FeedState): void;
  onCounts(counts: EventCounts, bootToWallMs: number): void;
  /** Something came: the helper lives. */
  onSign(): void;
  lost(kinds: readonly EventKind[]): number;
  /** @param keptSinceMs the oldest event that is still in memory, where older ones had to make room */
  coverage(kinds: readonly EventKind[], language: Language, keptSinceMs?: number | null): Coverage;
  /** Whether nothing was seen in some part of the time between. */
  blindBetween(fromMs: number, toMs: number): boolean;
}

/** A helper that fails again and again makes many gaps: the oldest are joined. */
const MAX_GAPS = 100;

export function createWatch(clock: Clock): Watch {
  const gaps: Gap[] = [];
  /** Of helpers that ended. */
  const before = new Map<EventKind, { seen: number; lost: number }>();
  let now: EventCounts | undefined;
  let bootToWallMs = 0;
  let sinceMs: number | null = null;
  let lastSignMs = 0;

  const total = (kinds: readonly EventKind[], of: 'seen' | 'lost'): number =>
    kinds.reduce((sum, kind) => sum + (before.get(kind)?.[of] ?? 0) + (now?.[kind][of] ?? 0), 0);

  const keepCounts = (): void => {
    for (const kind of EVENT_KINDS) {
      const old = before.get(kind) ?? { seen: 0, lost: 0 };
      before.set(kind, { seen: old.seen + (now?.[kind].seen ?? 0), lost: old.lost + (now?.[kind].lost ?? 0) });
    }
    now = undefined;
  };

  return {
    get bootToWallMs() {
      return bootToWallMs;
    },
    get sinceMs() {
      return sinceMs;
    },
    onState(state) {
      const open = gaps.at(-1);
      if (state.state === 'ready') {
        sinceMs ??= clock.wallMs();
        lastSignMs = clock.wallMs();
        if (open?.toMs === null) open.toMs = clock.wallMs();
        return;
      }
      keepCounts();
      if (sinceMs === null || open?.toMs === null) return;
      // It may have hung before it was killed: nothing is known since its last sign.
      gaps.push({ fromMs: Math.min(lastSignMs, clock.wallMs()), toMs: null, state });
      const [first, second] = gaps;
      if (gaps.length > MAX_GAPS && first && second) gaps.splice(0, 2, { ...second, fromMs: first.fromMs });
    },
    onCounts(counts, offset) {
      now = counts;
      bootToWallMs = offset;
      lastSignMs = clock.wallMs();
    },
    onSign() {
      lastSignMs = clock.wallMs();
    },
    lost: kinds => total(kinds, 'lost'),
    coverage(kinds, language, keptSinceMs = null) {
      const since = Math.max(sinceMs ?? clock.wallMs(), keptSinceMs ?? 0);
      return {
        since: new Date(since).toISOString(),
        seen_total: total(kinds, 'seen'),
        lost: total(kinds, 'lost'),
        gaps: gaps
          .filter(({ toMs }) => toMs === null || toMs > since)
          .map(({ fromMs, toMs, state }) => ({
            from: new Date(fromMs).toISOString(),
            to: toMs === null ? null : new Date(toMs).toISOString(),
            reason: translate(state.blind.reason, language),
          })),
      };
    },
    blindBetween: (fromMs, toMs) =>
      sinceMs === null || fromMs < sinceMs || gaps.some(gap => gap.fromMs < toMs && (gap.toMs ?? Infinity) > fromMs),
  };
}

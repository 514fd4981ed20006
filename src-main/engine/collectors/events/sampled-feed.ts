import { asNetsondeError } from '@shared/errors';
import type { EventsBlind } from '@shared/model/event';
import { text } from '@shared/text/index';
import { EVENT_KINDS } from '../../../helper/records';
import type { Host } from '../../hosts/host';
import { collectWithFallback } from '../backend';
import { socketBackends } from '../sockets/index';
import type { EventCounts, FeedListener, FeedState, KernelFeed } from './kernel-feed';
import { readDropCounters, SAMPLED_REASONS } from './netstat-statistics';
import { createSocketChanges } from './socket-changes';
import { type MadeEvent, writeEvent } from './write-event';

/** The part of the engine's clock that is needed here. */
interface Clock {
  wallMs(): number;
  monotonicMs(): number;
  after(delayMs: number, run: () => void): () => void;
}

const INTERVAL_MS = 1_000;
/** Looking may take this share of the time. */
const DUTY = 0.25;
/** Records of one look: of more drops than that the rest is counted as lost, as a full buffer's is. */
const MOST_DROPS = 10_000;

/**
 * Events without a kernel that tells them: the differences of the socket table and of the drop counters, once a second.
 * For macOS, where there is no eBPF, and for remote machines without a helper. What is shorter than the interval is not seen, and the source says so.
 */
export function createSampledFeed(host: Host, clock: Clock): KernelFeed {
  const listeners = new Set<FeedListener>();
  const counts = Object.fromEntries(EVENT_KINDS.map(kind => [kind, { seen: 0, lost: 0 }])) as EventCounts; // one entry a kind
  const bootToWallMs = clock.wallMs() - clock.monotonicMs();
  let state: FeedState = blind('starting', text('helper.starting'), 0);
  let changes = createSocketChanges();
  let dropsBefore: Map<number, number> | null = null;
  let stopTimer = (): void => {};
  let looking: Promise<void> | undefined;
  let settle = (): void => {};
  const settled = new Promise<void>(resolve => (settle = resolve));

  const become = (next: FeedState): void => {
    state = next;
    for (const listener of listeners) listener.onState(next);
    settle();
  };

  const tell = (events: readonly MadeEvent[]): void => {
    for (const { kind } of events) counts[kind].seen++;
    const records = Buffer.concat(events.map(writeEvent));
    for (const listener of listeners) {
      if (records.length > 0) listener.onRecords(records);
      listener.onCounts(counts, bootToWallMs);
    }
  };

  const dropsSince = (before: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>, atMs: number): MadeEvent[] => {
    const events: MadeEvent[] = [];
    for (const [reason, count] of now) {
      // A counter that went back was set to zero: what it counted since is not known.
      const dropped = Math.max(0, count - (before.get(reason) ?? count));
      const told = Math.min(dropped, MOST_DROPS - events.length);
      for (let index = 0; index < told; index++) events.push({ kind: 'drop', atMs, reason });
      counts.drop.seen += dropped - told;
      counts.drop.lost += dropped - told;
    }
    return events;
  };

  const look = async (): Promise<void> => {
    try {
      const [{ rows }, drops] = await Promise.all([
        collectWithFallback(socketBackends, host, { owners: true }),
        readDropCounters(host),
      ]);
      const atMs = clock.monotonicMs();
      if (state.state !== 'ready') become({ state: 'ready', names: NAMES, way: 'sampled' });
      tell([...changes(rows, atMs), ...(dropsBefore ? dropsSince(dropsBefore, drops, atMs) : [])]);
      dropsBefore = drops;
    } catch (thrown) {
      const error = asNetsondeError(thrown);
      // After a gap the connections that are there then began at no known time.
      changes = createSocketChanges();
      dropsBefore = null;
      if (state.state === 'ready' || state.blind.code === 'starting')
        become(blind(state.state === 'ready' ? 'lost' : 'unavailable', error.text, clock.wallMs()));
    }
  };

  /** One look at a time. */
  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => (looking = undefined));
    return looking;
  };

  const beat = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    await lookOnce();
    const tookMs = clock.monotonicMs() - startedMs;
    if (listeners.size > 0) stopTimer = clock.after(Math.max(INTERVAL_MS - tookMs, tookMs / DUTY - tookMs), () => void beat());
  };

  return {
    source: { backend: 'sampled', privileged: false, reason: text('events.sampled') },
    get state() {
      return state;
    },
    settled: () => settled,
    async flush() {
      await looking; // began before the call
      await lookOnce();
    },
    listen(listener) {
      listeners.add(listener);
      listener.onState(state);
      if (listeners.size === 1) void beat();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stopTimer();
      };
    },
  };
}

const NAMES = { kernel: '', netns: 0, dropReasons: SAMPLED_REASONS, missing: [] } as const;

function blind(code: EventsBlind['code'], reason: EventsBlind['reason'], sinceMs: number): FeedState {
  return { state: 'blind', code: 'unsupported', blind: { code, reason, hint: '' }, sinceMs };
}

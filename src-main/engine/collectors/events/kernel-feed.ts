import type { ErrorCode } from '@shared/errors';
import type { EventsBlind } from '@shared/model/event';
import type { Text } from '@shared/text/index';
import type { EventCounts } from '../../../helper/session';
import type { Helper, HelperState } from '../../../helper/supervisor';

export type { EventCounts };

/** What the running kernel calls things. */
export interface KernelNames {
  kernel: string;
  /** Network namespace of the helper: numbers of interfaces are only known there. */
  netns: number;
  dropReasons: ReadonlyMap<number, string>;
  /** What could not be loaded on this kernel, and why. */
  missing: readonly { name: string; detail: string }[];
}

export type FeedState =
  | { state: 'ready'; names: KernelNames; way: string }
  | { state: 'blind'; code: ErrorCode; blind: EventsBlind; sinceMs: number };

export interface FeedListener {
  /** Whole event records; the bytes are only valid during the call. */
  onRecords(records: Buffer): void;
  /** Each second: counts since the helper began, and what to add to the kernel's time (ms since boot) for ms since 1970. */
  onCounts(counts: EventCounts, bootToWallMs: number): void;
  /** Also told at once, when listening begins. */
  onState(state: FeedState): void;
}

/** The events of this machine, and what tells of them. */
export interface KernelFeed {
  /** reason: why this is less than the kernel itself would tell; null where it does. */
  readonly source: { backend: string; privileged: boolean; reason: Text | null };
  readonly state: FeedState;
  /** Resolves once it is known whether there will be events. */
  settled(): Promise<void>;
  /** Hands over everything that happened before the call, and its counts. @throws NetsondeError helper_lost, timeout */
  flush(timeoutMs: number): Promise<void>;
  listen(listener: FeedListener): () => void;
}

export const KERNEL_SOURCE: KernelFeed['source'] = { backend: 'ebpf', privileged: true, reason: null };

export function createKernelFeed(helper: Helper): KernelFeed {
  const listeners = new Set<FeedListener>();
  const readClock = (): number => {
    const { boot_ns, real_ns } = helper.session().clock;
    return (real_ns - boot_ns) / 1e6;
  };
  return {
    source: KERNEL_SOURCE,
    get state() {
      return feedState(helper.state);
    },
    settled: () => helper.settled(),
    async flush(timeoutMs) {
      const session = helper.session();
      // The helper empties its ring between two commands: what was in it at the first is here with the answer to the second.
      const [, counts] = await Promise.all([session.ping(timeoutMs), session.counts(timeoutMs)]);
      for (const listener of listeners) listener.onCounts(counts, readClock());
    },
    listen(listener) {
      listeners.add(listener);
      const stop = helper.listen({
        onEvents: records => listener.onRecords(records),
        // Counts of a session that is just being made come before it is there.
        onCounts: counts => void (helper.state.state === 'ready' && listener.onCounts(counts, readClock())),
        onState: state => listener.onState(feedState(state)),
      });
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
  };
}

function feedState(state: HelperState): FeedState {
  switch (state.state) {
    case 'ready': {
      const { kernel, netns, dropReasons, features } = state.facts;
      const missing = features.filter(({ loaded }) => !loaded).map(({ name, detail }) => ({ name, detail }));
      return { state: 'ready', names: { kernel, netns, dropReasons, missing }, way: state.way };
    }
    case 'starting':
      return blind('unsupported', { code: 'starting', reason: { key: 'helper.starting', params: {} }, hint: '' }, 0);
    case 'lost':
      return blind(
        'helper_lost',
        {
          code: 'lost',
          reason: { key: 'helper.lost', params: { why: state.reason } },
          hint: { key: 'helper.lost_hint', params: {} },
        },
        state.since_ms,
      );
    case 'unavailable':
      return blind(state.code, { code: 'unavailable', reason: state.reason, hint: state.hint }, 0);
  }
}

function blind(code: ErrorCode, words: EventsBlind, sinceMs: number): FeedState {
  return { state: 'blind', code, blind: words, sinceMs };
}

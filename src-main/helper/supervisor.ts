import { asNetsondeError, type ErrorCode, NetsondeError } from '@shared/errors';
import { type Text, text } from '@shared/text/index';
import type { HelperPlace, PrivilegeWay } from './find-helper';
import type { EventKind } from './records';
import { beginSession, type EventCounts, type HelperFacts, type HelperSession } from './session';

/** What is known of the helper at any time; shown in Settings and `netsonde status`. */
export type HelperState =
  | { state: 'starting' }
  | { state: 'ready'; way: PrivilegeWay; at: string; since_ms: number; facts: HelperFacts }
  /** It was there and went away. */
  | { state: 'lost'; since_ms: number; retry_at_ms: number; reason: string }
  /** It cannot be had; the hint says what to do. */
  | { state: 'unavailable'; code: ErrorCode; reason: string | Text; hint: string | Text };

export interface HelperListener {
  /** Whole event records; the bytes are only valid during the call. */
  onEvents?(records: Buffer): void;
  onCounts?(counts: EventCounts): void;
  /** Also told at once, when listening begins. */
  onState?(state: HelperState): void;
}

/** The helper, kept running as long as Netsonde does. */
export interface Helper {
  readonly state: HelperState;
  /** @throws NetsondeError helper_lost while it is gone, unsupported or permission_denied where there is none */
  session(): HelperSession;
  /** Resolves once it is known whether there is a helper, or after so long. */
  settled(withinMs?: number): Promise<void>;
  /** A place for a process that attaches later (packet rate). @throws like session() */
  place(): HelperPlace;
  listen(listener: HelperListener): () => void;
  /** Something was installed or removed: looks for the best one at once. */
  lookAgain(): void;
  stop(): void;
}

export interface HelperOptions {
  /** @throws NetsondeError where there is no helper */
  find(): HelperPlace;
  events: readonly EventKind[];
  wallMs?: () => number;
  /** Timers, for tests. */
  after?: (delayMs: number, run: () => void) => () => void;
}

const PING_MS = 2_000;
/** A helper that does not answer for so long is killed. */
const HUNG_MS = 6_000;
const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000];
/** Where there is none it is looked for again: somebody may have installed it. Costs three looks at the file system. */
const LOOK_AGAIN_MS = 5_000;
/** Restarts within a minute; then it waits out the minute. */
const TRIES_A_MINUTE = 5;
const MINUTE_MS = 60_000;

/** Starts the helper, watches it, and starts it again when it is lost. */
export function superviseHelper(options: HelperOptions): Helper {
  const { wallMs = Date.now, after = defaultAfter } = options;
  const listeners = new Set<HelperListener>();
  let state: HelperState = { state: 'starting' };
  let session: HelperSession | undefined;
  let place: HelperPlace | undefined;
  let tries: number[] = [];
  let stopped = false;
  let stopTimer = (): void => {};
  let stopPing = (): void => {};
  let settle: () => void = () => {};
  const settled = new Promise<void>(resolve => (settle = resolve));

  const become = (next: HelperState): void => {
    state = next;
    if (next.state !== 'starting') settle();
    for (const listener of listeners) listener.onState?.(next);
  };

  const lost = (reason: string): void => {
    session = undefined;
    stopPing();
    if (stopped) return;
    const now = wallMs();
    tries = [...tries.filter(at => now - at < MINUTE_MS), now];
    const backoff = BACKOFF_MS[Math.min(tries.length, BACKOFF_MS.length) - 1] ?? 0;
    const wait = tries.length > TRIES_A_MINUTE ? Math.max(backoff, MINUTE_MS - (now - (tries[0] ?? now))) : backoff;
    become({ state: 'lost', since_ms: now, retry_at_ms: now + wait, reason });
    stopTimer = after(wait, () => void start());
  };

  const watch = (watched: HelperSession): void => {
    stopPing = after(PING_MS, () => {
      if (session !== watched) return;
      watched.ping(HUNG_MS - PING_MS).then(
        () => watch(watched),
        () => {
          if (session === watched) watched.end(); // hung: `onEnd` starts another
        },
      );
    });
  };

  const start = async (): Promise<void> => {
    let found: HelperPlace;
    try {
      found = options.find();
    } catch (thrown) {
      const error = asNetsondeError(thrown);
      place = undefined;
      // Told once: nothing changes until one is found, or the reason is another.
      if (state.state !== 'unavailable' || JSON.stringify(state.reason) !== JSON.stringify(error.text))
        become({ state: 'unavailable', code: error.code, reason: error.text, hint: error.hintText });
      if (!stopped) stopTimer = after(LOOK_AGAIN_MS, () => void start());
      return;
    }
    place = found;
    let ended: string | undefined;
    try {
      const begun = await beginSession(found.open(), {
        onEvents: records => {
          for (const listener of listeners) listener.onEvents?.(records);
        },
        onCounts: counts => {
          for (const listener of listeners) listener.onCounts?.(counts);
        },
        onEnd: why => {
          ended = why;
          if (session) lost(why);
        },
      });
      if (stopped) return begun.end();
      if (ended !== undefined) return lost(ended);
      const refused = nothingLoaded(begun.facts);
      if (refused) {
        begun.end(); // not kept yet: its end is no loss
        return become({ state: 'unavailable', ...refused });
      }
      // Ready means that it watches: what happens from now on is in the events.
      session = begun;
      await begun.wantEvents(options.events);
      if (session !== begun) return; // it ended meanwhile: onEnd has told
      become({ state: 'ready', way: found.way, at: found.at, since_ms: wallMs(), facts: begun.facts });
      watch(begun);
    } catch (thrown) {
      if (stopped) return;
      const error = asNetsondeError(thrown);
      // A helper that refuses will refuse again: it is not lost, and trying every few seconds would change nothing.
      if (error.code === 'unsupported' || error.code === 'permission_denied')
        become({ state: 'unavailable', code: error.code, reason: error.text, hint: error.hintText });
      else lost(error.message);
    }
  };

  const refuse = (): never => {
    if (state.state === 'unavailable') throw new NetsondeError(state.code, state.reason, { hint: state.hint });
    if (state.state === 'lost')
      throw new NetsondeError('helper_lost', text('helper.lost', { why: state.reason }), { hint: text('helper.lost_hint') });
    throw new NetsondeError('unsupported', text('helper.starting'));
  };

  void start();
  return {
    get state() {
      return state;
    },
    session: () => session ?? refuse(),
    settled(withinMs) {
      if (withinMs === undefined || state.state !== 'starting') return settled;
      return new Promise(resolve => {
        const stop = after(withinMs, resolve);
        void settled.then(() => {
          stop();
          resolve();
        });
      });
    },
    place: () => place ?? refuse(),
    listen(listener) {
      listeners.add(listener);
      listener.onState?.(state);
      return () => void listeners.delete(listener);
    },
    lookAgain() {
      if (stopped || state.state === 'starting') return;
      // The one that Netsonde started as root itself has nothing to do with what is installed.
      if (session && place?.way === 'root') return;
      if (session) return session.end(); // `onEnd` looks for another
      stopTimer();
      void start();
    },
    stop() {
      stopped = true;
      stopTimer();
      stopPing();
      session?.end();
      settle();
    },
  };
}

/** Why a helper is of no use: it started, and the kernel took none of its programs. */
function nothingLoaded({ features }: HelperFacts): { code: ErrorCode; reason: Text; hint: Text | '' } | null {
  if (features.some(({ loaded }) => loaded)) return null;
  const first = features.find(({ detail }) => detail !== '') ?? features[0];
  const denied = features.every(({ error }) => error === EPERM || error === EACCES || error === EOPNOTSUPP);
  const why = first?.detail || String(first?.error ?? '');
  const noRights = denied && features.some(({ error }) => error !== EOPNOTSUPP);
  return noRights
    ? { code: 'permission_denied', reason: text('helper.no_capabilities', { why }), hint: text('helper.no_capabilities_hint') }
    : { code: 'unsupported', reason: text('helper.kernel_refuses', { why }), hint: '' };
}

/** errno-base.h, errno.h */
const EPERM = 1;
const EACCES = 13;
const EOPNOTSUPP = 95;

function defaultAfter(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}

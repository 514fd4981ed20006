/** Time, injectable for tests. */
export interface Clock {
  /** Wall clock, ms since 1970; may jump. */
  wallMs(): number;
  /** Monotonic, ms. */
  monotonicMs(): number;
  /** Runs once after a delay; returns its stop. Only somebody's call keeps the process alive, a loop of the engine does not. */
  after(delayMs: number, run: () => void, keepAlive?: boolean): () => void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run, keepAlive = false) {
    const timer = setTimeout(run, delayMs);
    if (!keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Waits; rejects with the signal's reason when it is aborted. */
export function waitMs(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = (): void => {
      stop();
      reject(signal?.reason);
    };
    const ring = (): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    const stop = clock.after(Math.max(0, delayMs), ring, true);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Answers from the last work while it is young; what failed is tried again. */
export function keepFor<Value>(keptMs: number, clock: Clock, work: () => Promise<Value>): () => Promise<Value> {
  let kept: { atMs: number; value: Promise<Value> } | undefined;
  return () => {
    if (!kept || clock.monotonicMs() - kept.atMs > keptMs) {
      const value = work();
      kept = { atMs: clock.monotonicMs(), value };
      value.catch(() => (kept = undefined));
    }
    return kept.value;
  };
}

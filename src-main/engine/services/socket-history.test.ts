import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamMap } from '@shared/bridge';
import { expect, test, vi } from 'vitest';
import type { Clock } from './clock';
import { keepSocketHistory } from './socket-history';
import type { OwnedSocket } from './sockets';

type CountEvent = StreamMap['socket_counts']['event'];

/** Rings by hand; a reading takes as long as it is told. */
function handClock() {
  let nowMs = 0;
  let waiting: { delayMs: number; run: () => void } | undefined;
  const clock: Clock = {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      waiting = { delayMs, run };
      return () => (waiting = undefined);
    },
  };
  const planned = async () => {
    while (!waiting) await nextTurn();
    return waiting;
  };
  return {
    clock,
    pass: (ms: number) => (nowMs += ms),
    /** Lets the planned beat come and waits until the next one is planned. @returns the delay of the one that came */
    ring: async (): Promise<number> => {
      const { delayMs, run } = await planned();
      waiting = undefined;
      nowMs += delayMs;
      run();
      await planned();
      return delayMs;
    },
    isPlanned: () => waiting !== undefined,
  };
}

// Counting looks at these two fields alone.
const sockets = (...rows: { state: string; program: string }[]): OwnedSocket[] => rows.map(row => ({ row }) as OwnedSocket);

test('tells who comes later what was before, then goes on', async () => {
  const { clock, ring } = handClock();
  let rows = sockets({ state: 'LISTEN', program: 'nginx' });
  const history = keepSocketHistory(() => Promise.resolve({ sockets: rows, wallMs: clock.wallMs() }), clock);
  rows = sockets({ state: 'LISTEN', program: 'nginx' }, { state: '-', program: 'nginx' }, { state: '-', program: 'dns' });
  await ring();
  const events: CountEvent[] = [];
  const stop = history.listen(event => events.push(event));
  await ring();
  stop();
  history.stop();
  expect(events[0]).toMatchObject({
    snapshot: true,
    counts: [
      { at_ms: 0, interval_ms: 5_000, by_state: { LISTEN: 1 }, by_process: { nginx: 1 } },
      { at_ms: 5_000, by_state: { LISTEN: 1, UDP: 2 }, by_process: { nginx: 2, dns: 1 }, other_processes: 0 },
    ],
  });
  expect(events[1]).toMatchObject({ snapshot: false, counts: [{ at_ms: 10_000 }] });
});

test('keeps 15 minutes and no more', async () => {
  const { clock, ring } = handClock();
  const history = keepSocketHistory(() => Promise.resolve({ sockets: [], wallMs: clock.wallMs() }), clock);
  for (let beats = 0; beats < 200; beats += 1) await ring();
  let kept: CountEvent | undefined;
  history.listen(event => (kept = event))();
  history.stop();
  expect(kept?.counts).toHaveLength(180);
});

test('reads less often when a reading is dear, and says so in the count', async () => {
  const { clock, pass, ring } = handClock();
  const read = () => {
    pass(400);
    return Promise.resolve({ sockets: sockets(), wallMs: clock.wallMs() });
  };
  const history = keepSocketHistory(read, clock);
  let last: CountEvent | undefined;
  history.listen(event => (last = event));
  expect(await ring()).toBe(4_600); // one slow reading does not say it yet
  expect(await ring()).toBe(39_600);
  expect(last?.counts).toMatchObject([{ interval_ms: 40_000 }]);
  history.stop();
});

test('goes on after a reading that failed, says it once, and stops when it is told', async () => {
  const { clock, ring, isPlanned } = handClock();
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  const read = vi.fn(() => Promise.reject(new Error('no sockets today')));
  const history = keepSocketHistory(read, clock);
  await ring();
  await ring();
  history.stop();
  expect(isPlanned()).toBe(false);
  expect(read).toHaveBeenCalledTimes(3);
  expect(logged).toHaveBeenCalledTimes(1);
  expect(logged.mock.calls[0]?.[0]).toContain('no sockets today');
  logged.mockRestore();
});

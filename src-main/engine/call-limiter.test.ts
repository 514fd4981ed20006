import { expect, test } from 'vitest';
import { createCallLimiter } from './call-limiter';

/** Work that ends when the test says so. */
function gate(): { open: () => void; work: () => Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  return { open, work: () => opened };
}

test('8 calls of a caller run, the next waits, and another caller does not', async () => {
  const limiter = createCallLimiter();
  const gates = Array.from({ length: 9 }, gate);
  const ended = gates.map(({ work }) => limiter.run('a', undefined, work));
  await Promise.resolve();
  expect(limiter.running).toBe(8);
  await limiter.run('b', undefined, () => Promise.resolve());
  gates[0]?.open();
  await ended[0];
  await Promise.resolve();
  expect(limiter.running).toBe(8);
  for (const each of gates) each.open();
  await Promise.all(ended);
  expect(limiter.running).toBe(0);
});

test('whoever gives up waiting frees the place', async () => {
  const limiter = createCallLimiter();
  const held = Array.from({ length: 8 }, gate);
  const running = held.map(({ work }) => limiter.run('a', undefined, work));
  const controller = new AbortController();
  const waiting = limiter.run('a', controller.signal, () => Promise.resolve());
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  for (const each of held) each.open();
  await Promise.all(running);
  expect(await limiter.run('a', undefined, () => Promise.resolve(7))).toBe(7);
});

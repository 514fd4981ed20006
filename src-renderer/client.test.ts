import type { BridgeMessage, BridgeRequest } from '@shared/bridge';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient, type LinkState, type OpenPipe } from './client';

/** A pipe the test opens, closes and speaks through. */
function fakePipe() {
  const sent: BridgeRequest[] = [];
  let on: Parameters<OpenPipe>[0] | undefined;
  let opened = 0;
  const openPipe: OpenPipe = handlers => {
    on = handlers;
    opened += 1;
    return request => sent.push(request);
  };
  return {
    openPipe,
    sent,
    tries: () => opened,
    open: () => on?.open(),
    close: () => on?.close(),
    say: (message: BridgeMessage) => on?.message(message),
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('sends a call made before the pipe is open as soon as it is', async () => {
  const pipe = fakePipe();
  const reply = createClient(pipe.openPipe, () => 'en').call('get_status', {});
  expect(pipe.sent).toEqual([]);
  pipe.open();
  expect(pipe.sent).toEqual([{ kind: 'call', id: 1, tool: 'get_status', input: {}, language: 'en' }]);
  pipe.say({ kind: 'reply', id: 1, reply: { success: true, message: 'ok', data: 7 } });
  expect(await reply).toEqual({ success: true, message: 'ok', data: 7 });
});

test('puts an event together that came in parts, and forgets those of a broken link', () => {
  const pipe = fakePipe();
  const client = createClient(pipe.openPipe, () => 'en');
  pipe.open();
  const events: unknown[] = [];
  client.subscribe('settings', {}, event => events.push(event));
  pipe.say({ kind: 'event', id: 1, event: { rows: ['lost'] }, more: true });
  pipe.close();
  vi.runOnlyPendingTimers();
  pipe.open();
  pipe.say({ kind: 'event', id: 1, event: { at: 1, rows: [1, 2] }, more: true });
  pipe.say({ kind: 'event', id: 1, event: { at: 1, rows: [3] } });
  pipe.say({ kind: 'event', id: 1, event: 'whole' });
  expect(events).toEqual([{ at: 1, rows: [1, 2, 3] }, 'whole']);
});

test('cancels the work when the caller gives up', () => {
  const pipe = fakePipe();
  const client = createClient(pipe.openPipe, () => 'en');
  pipe.open();
  const abort = new AbortController();
  void client.call('get_interface_traffic', { iface: 'lo' }, { signal: abort.signal });
  abort.abort();
  expect(pipe.sent.at(-1)).toEqual({ kind: 'cancel', id: 1 });
});

test('fails the calls under way when the link breaks, and renews every subscription afterwards', async () => {
  const pipe = fakePipe();
  const client = createClient(pipe.openPipe, () => 'en');
  const links: LinkState['state'][] = [];
  client.onLink(({ state }) => links.push(state));
  pipe.open();
  const events: unknown[] = [];
  client.subscribe('settings', {}, event => events.push(event));
  const stop = client.subscribe('status', {}, event => events.push(event));
  stop();
  const reply = client.call('get_status', {});
  pipe.close();
  expect(await reply).toMatchObject({ success: false, error: { code: 'unreachable' } });
  expect(await client.call('get_status', {})).toMatchObject({ success: false, error: { code: 'unreachable' } });

  pipe.sent.length = 0;
  vi.runOnlyPendingTimers();
  pipe.open();
  expect(pipe.sent).toEqual([{ kind: 'subscribe', id: 1, stream: 'settings', params: {} }]);
  pipe.say({ kind: 'event', id: 1, event: 'again' });
  expect(events).toEqual(['again']);
  expect(links.filter((state, at) => state !== links[at - 1])).toEqual(['connecting', 'open', 'lost', 'open']);
});

test('waits longer after each failed try, and tries at once when asked', () => {
  const pipe = fakePipe();
  const client = createClient(pipe.openPipe, () => 'en');
  const pauses: number[] = [];
  for (let round = 0; round < 6; round++) {
    const before = Date.now();
    pipe.close();
    vi.runOnlyPendingTimers();
    pauses.push(Date.now() - before);
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000]);
  pipe.close();
  const tries = pipe.tries();
  client.retry();
  expect(pipe.tries()).toBe(tries + 1);
});

import type { BridgeMessage, ToolReply } from '@shared/bridge';
import { expect, test } from 'vitest';
import type { Engine } from '../engine/create-engine';
import { createUploads } from '../engine/services/captures/uploads';
import { systemClock } from '../engine/services/clock';
import { createPublisher } from '../engine/services/stream';
import type { CallOptions } from '../engine/tool';
import { createBridgeSession } from './bridge-session';

function setUp() {
  const publisher = createPublisher<unknown>();
  const calls: { name: string; language: string; options: CallOptions; answer: (reply: ToolReply<unknown>) => void }[] = [];
  const engine: Engine = {
    tools: new Map(),
    uploads: createUploads(null, systemClock),
    attach: () => Promise.reject(new Error('not here')),
    call: (name, _input, { language }, options = {}) => new Promise(answer => calls.push({ name, language, options, answer })),
    subscribe(_stream, _params, onEvent) {
      onEvent('snapshot');
      return publisher.listen(onEvent);
    },
    stop: () => Promise.resolve(),
  };
  const sent: BridgeMessage[] = [];
  /** How many more messages the reader has room for. */
  const reader = { rooms: Number.POSITIVE_INFINITY };
  const session = createBridgeSession({
    engine,
    caller: { id: 'test', door: 'interface', scopes: new Set(), language: 'en' },
    send: message => {
      sent.push(message);
      reader.rooms--;
    },
    hasRoom: () => reader.rooms > 0,
  });
  return { session, sent, calls, publisher, reader };
}

const done: ToolReply<unknown> = { success: true, message: '', data: null };

test('a call is answered under its id, in the language it asks for', async () => {
  const { session, sent, calls } = setUp();
  session.receive({ kind: 'call', id: 5, tool: 'x', input: {}, language: 'zh-CN' });
  expect(calls[0]?.language).toBe('zh-CN');
  calls[0]?.answer(done);
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual([{ kind: 'reply', id: 5, reply: done }]);
});

test('input and params may be left out, as JSON leaves out what is undefined', () => {
  const { session, sent, calls } = setUp();
  session.receive({ kind: 'call', id: 1, tool: 'x' });
  session.receive({ kind: 'subscribe', id: 2, stream: 's' });
  expect(calls).toHaveLength(1);
  expect(sent).toHaveLength(1);
});

test('an id that is used again ends the older call, which is then not answered', async () => {
  const { session, sent, calls } = setUp();
  session.receive({ kind: 'call', id: 1, tool: 'old', input: {} });
  session.receive({ kind: 'call', id: 1, tool: 'new', input: {} });
  expect(calls[0]?.options.signal?.aborted).toBe(true);
  calls[0]?.answer({ ...done, message: 'old' });
  calls[1]?.answer({ ...done, message: 'new' });
  await new Promise(resolve => setImmediate(resolve));
  expect(sent).toEqual([{ kind: 'reply', id: 1, reply: { ...done, message: 'new' } }]);
});

test('a slow reader loses events, is told how many, and gets a fresh snapshot', () => {
  const { session, sent, publisher, reader } = setUp();
  session.receive({ kind: 'subscribe', id: 1, stream: 's', params: {} });
  reader.rooms = 0;
  for (const event of [1, 2, 3]) publisher.publish(event);
  session.drained();
  reader.rooms = Number.POSITIVE_INFINITY;
  session.drained();
  publisher.publish(4);
  expect(sent).toEqual([
    { kind: 'event', id: 1, event: 'snapshot' },
    { kind: 'problem', id: 1, code: 'busy', message: expect.stringContaining('3 updates'), dropped: 3 },
    { kind: 'event', id: 1, event: 'snapshot' },
    { kind: 'event', id: 1, event: 4 },
  ]);
  expect(publisher.listeners).toBe(1);
});

test('an event of many rows goes in parts as the reader has room, whole before the next one', () => {
  const { session, sent, publisher, reader } = setUp();
  session.receive({ kind: 'subscribe', id: 1, stream: 's', params: {} });
  sent.length = 0;
  const rows = Array.from({ length: 1_200 }, (_, index) => index);
  reader.rooms = 1;
  publisher.publish({ rows });
  publisher.publish('lost');
  expect(sent).toEqual([{ kind: 'event', id: 1, event: { rows: rows.slice(0, 500) }, more: true }]);
  reader.rooms = 1;
  session.drained();
  reader.rooms = Number.POSITIVE_INFINITY;
  session.drained();
  expect(sent.slice(1)).toEqual([
    { kind: 'event', id: 1, event: { rows: rows.slice(500, 1_000) }, more: true },
    { kind: 'event', id: 1, event: { rows: rows.slice(1_000) } },
    { kind: 'problem', id: 1, code: 'busy', message: expect.stringContaining('1 update'), dropped: 1 },
    { kind: 'event', id: 1, event: 'snapshot' },
  ]);
});

test('a page may listen to 64 streams, not to more', () => {
  const { session, sent, publisher } = setUp();
  for (let id = 0; id < 65; id++) session.receive({ kind: 'subscribe', id, stream: 's', params: {} });
  expect(publisher.listeners).toBe(64);
  expect(sent.at(-1)).toMatchObject({ kind: 'problem', id: 64, code: 'busy' });
});

test('closing cancels calls and ends subscriptions; nothing is sent afterwards', async () => {
  const { session, sent, calls, publisher } = setUp();
  session.receive({ kind: 'call', id: 1, tool: 'x', input: {} });
  session.receive({ kind: 'subscribe', id: 2, stream: 's', params: {} });
  sent.length = 0;
  session.close();
  expect(calls[0]?.options.signal?.aborted).toBe(true);
  expect(publisher.listeners).toBe(0);
  calls[0]?.answer(done);
  session.receive({ kind: 'call', id: 3, tool: 'y', input: {} });
  await new Promise(resolve => setImmediate(resolve));
  expect(sent).toEqual([]);
  expect(calls).toHaveLength(1);
});

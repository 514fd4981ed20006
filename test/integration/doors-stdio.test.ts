import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Client as ModernClient, type Transport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runStdioBridge } from '../../src-main/transports/stdio-bridge';
import { type Doors, INITIALIZE, openDoors, shutDoors } from './doors-support';

let doors: Doors;
beforeEach(async () => {
  doors = await openDoors();
});
afterEach(() => shutDoors(doors));

interface Bridge {
  stdin: PassThrough;
  stdout: PassThrough;
  log: string[];
  ended: Promise<void>;
}

function openBridge(lastAnswersMs?: number): Bridge {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const log: string[] = [];
  return {
    stdin,
    stdout,
    log,
    ended: runStdioBridge({ home: doors.home, version: '0.0.0-test', stdin, stdout, log: line => log.push(line), lastAnswersMs }),
  };
}

/** The client's end of the two pipes. */
function pipeTransport({ stdin, stdout }: Bridge): Transport {
  const buffer = new ReadBuffer();
  const transport: Transport = {
    start() {
      stdout.on('data', (chunk: Buffer) => {
        buffer.append(chunk);
        for (let message = buffer.readMessage(); message !== null; message = buffer.readMessage()) transport.onmessage?.(message);
      });
      return Promise.resolve();
    },
    send(message) {
      stdin.write(serializeMessage(message));
      return Promise.resolve();
    },
    close() {
      stdin.end();
      transport.onclose?.();
      return Promise.resolve();
    },
  };
  return transport;
}

const clients = {
  'a client of the 2025 revisions': async (bridge: Bridge) => {
    const client = new LegacyClient({ name: 'v1', version: '1' });
    await client.connect(pipeTransport(bridge));
    return client;
  },
  'a client of the 2026-07-28 revision': async (bridge: Bridge) => {
    const client = new ModernClient({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(pipeTransport(bridge) as ModernTransport); // the same interface, declared once in each SDK
    return client;
  },
};

describe.each(Object.entries(clients))('%s over stdin and stdout', (_name, connect) => {
  test('lists the tools and calls one on the running server', async () => {
    const bridge = openBridge();
    const client = await connect(bridge);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('list_network_interfaces');
    // The engine behind these doors has no such tool: its answer shows that the server was asked.
    const result = await client.callTool({ name: 'list_network_interfaces', arguments: {} });
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'not_found' } } });
    await client.close();
    await bridge.ended;
    expect(bridge.log).toEqual(['Listening on stdio...']);
  });

  test('measures in its own process while no server runs, and asks the server once one does', async () => {
    await doors.close();
    const bridge = openBridge();
    const client = await connect(bridge);
    const own = await client.callTool({ name: 'list_network_interfaces', arguments: {} });
    expect(own).toMatchObject({ structuredContent: { success: true, data: { interfaces: expect.arrayContaining(['lo']) } } });
    expect(bridge.log.join()).toContain('measuring in this process');
    doors = await openDoors({ homeDirectory: doors.homeDirectory });
    expect(await client.callTool({ name: 'list_network_interfaces', arguments: {} })).toMatchObject({
      structuredContent: { error: { code: 'not_found' } },
    });
    await client.close();
    await bridge.ended;
  });

  test('goes on over a restart of the server on another port', async () => {
    const bridge = openBridge();
    const client = await connect(bridge);
    const call = () => client.callTool({ name: 'list_network_interfaces', arguments: {} });
    const asked = { structuredContent: { error: { code: 'not_found' } } };
    expect(await call()).toMatchObject(asked);
    await doors.close();
    doors = await openDoors({ homeDirectory: doors.homeDirectory });
    expect(await call()).toMatchObject(asked);
    await client.close();
    await bridge.ended;
  });
});

test.each([
  [
    'a line of 10 MB',
    Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), Buffer.alloc(10 * 1024 * 1024, 'x'), Buffer.from('"}\n')]),
  ],
  [
    'invalid UTF-8',
    Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]),
  ],
  ['an end in the middle of a message', Buffer.from('{"jsonrpc":"2.0","id":1,')],
  ['no JSON', Buffer.from('hello\n')],
  ['a batch', Buffer.from('[{"jsonrpc":"2.0","id":1,"method":"ping"}]\n')],
])('%s ends in an error or a clean exit, and stdout holds protocol messages only', async (_name, bytes) => {
  const bridge = openBridge();
  const chunks: Buffer[] = [];
  bridge.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  bridge.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await once(bridge.stdout, 'data');
  bridge.stdin.end(bytes);
  await bridge.ended;
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 1, result: { serverInfo: { name: 'netsonde' } } });
});

test('progress of a call on the running server arrives', async () => {
  await shutDoors(doors);
  doors = await openDoors({ waitName: 'list_network_interfaces' });
  const bridge = openBridge();
  const client = await clients['a client of the 2025 revisions'](bridge);
  const abort = new AbortController();
  const progress = Promise.withResolvers<unknown>();
  const call = client.callTool({ name: 'list_network_interfaces', arguments: {} }, undefined, {
    signal: abort.signal,
    onprogress: progress.resolve,
  });
  expect(await progress.promise).toEqual({ progress: 0.5, total: 1, message: 'Half' });
  abort.abort();
  await expect(call).rejects.toThrow();
  await client.close();
  await bridge.ended;
});

test('a server that dies in the middle of a call is said, and the next call is measured without it', async () => {
  await shutDoors(doors);
  doors = await openDoors({ waitName: 'list_network_interfaces' });
  const bridge = openBridge();
  const client = await clients['a client of the 2025 revisions'](bridge);
  const call = () => client.callTool({ name: 'list_network_interfaces', arguments: {} });
  const begun = once(doors.engine.events, 'waiting');
  const first = call();
  await begun;
  await doors.close();
  expect(await first).toMatchObject({ isError: true, structuredContent: { error: { code: 'unreachable' } } });
  expect(await call()).toMatchObject({ structuredContent: { success: true } });
  await client.close();
  await bridge.ended;
});

test.each([true, false])('requests before the end of input are answered, with a server that runs: %s', async runs => {
  if (!runs) await doors.close();
  const bridge = openBridge();
  const chunks: Buffer[] = [];
  bridge.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const call = {
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: { name: 'list_network_interfaces', arguments: {} },
  };
  const lines = [
    INITIALIZE,
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    call,
    { ...call, id: 3, method: 'tools/list' },
  ];
  bridge.stdin.end(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  await bridge.ended;
  const answers = Buffer.concat(chunks).toString().trimEnd().split('\n');
  const ids = answers.map(line => z.object({ id: z.number(), result: z.unknown() }).parse(JSON.parse(line)).id);
  expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  if (!runs) doors = await openDoors({ homeDirectory: doors.homeDirectory });
});

test('a call that goes on for long is given up some time after the end of input', async () => {
  await shutDoors(doors);
  doors = await openDoors({ waitName: 'list_network_interfaces' });
  const bridge = openBridge(10);
  const client = await clients['a client of the 2025 revisions'](bridge);
  const begun = once(doors.engine.events, 'waiting');
  const call = client.callTool({ name: 'list_network_interfaces', arguments: {} });
  const lost = expect(call).rejects.toThrow();
  await begun;
  const aborted = once(doors.engine.events, 'aborted');
  await client.close();
  await bridge.ended;
  await aborted;
  await lost;
});

test('calls that come at once share one connection', async () => {
  const bridge = openBridge();
  const client = await clients['a client of the 2025 revisions'](bridge);
  const calls = Array.from({ length: 20 }, () => client.callTool({ name: 'list_network_interfaces', arguments: {} }));
  for (const result of await Promise.all(calls))
    expect(result).toMatchObject({ structuredContent: { error: { code: 'not_found' } } });
  expect(doors.tokens.list()[0]).toMatchObject({ primary: true, calls_today: 20 });
  await client.close();
  await bridge.ended;
});

test('a cancelled call is ended on the server', async () => {
  await shutDoors(doors);
  // The bridge lists the app's own tools; one of these names waits here.
  doors = await openDoors({ waitName: 'list_network_interfaces' });
  const bridge = openBridge();
  const client = await clients['a client of the 2025 revisions'](bridge);
  const abort = new AbortController();
  const begun = once(doors.engine.events, 'waiting');
  const call = client.callTool({ name: 'list_network_interfaces', arguments: {} }, undefined, { signal: abort.signal });
  await begun;
  const aborted = once(doors.engine.events, 'aborted');
  abort.abort();
  await expect(call).rejects.toThrow();
  await aborted;
  expect(doors.engine.waiting).toBe(0);
  await client.close();
  await bridge.ended;
});

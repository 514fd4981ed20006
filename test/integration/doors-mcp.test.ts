import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Doors, INITIALIZE, messagesOf, openDoors, openSession, postMcp, rawRequest, shutDoors } from './doors-support';

let doors: Doors;
beforeEach(async () => {
  doors = await openDoors();
});
afterEach(() => shutDoors(doors));

const callOf = (id: number, name: string, args: unknown = {}, meta?: unknown) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...(meta !== undefined && { _meta: meta }) },
});

async function legacyClient(url = doors.mcpUrl, token = doors.token): Promise<LegacyClient> {
  const client = new LegacyClient({ name: 'v1', version: '1' });
  await client.connect(new LegacyTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  return client;
}

async function modernClient(url = doors.mcpUrl, token = doors.token): Promise<ModernClient> {
  const client = new ModernClient({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new ModernTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  return client;
}

describe.each([
  ['a client of the 2025 revisions', legacyClient],
  ['a client of the 2026-07-28 revision', modernClient],
])('%s', (_name, connect) => {
  test('lists the tools with titles, schemas and annotations, without those of the interface', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['echo', 'wait', 'rows', 'capture', 'broken']);
    expect(tools[0]).toMatchObject({
      title: 'Echo',
      inputSchema: { type: 'object', required: ['value'] },
      outputSchema: { type: 'object' },
      annotations: { title: 'Echo', readOnlyHint: true },
    });
    expect(tools[3]).toMatchObject({ annotations: { readOnlyHint: false } });
    await client.close();
  });

  test('calls a tool, gets the envelope, and goes on over a restart of the server', async () => {
    const client = await connect();
    await client.listTools(); // the client now checks structuredContent against the output schema
    const expected = { structuredContent: { success: true, message: 'Echoed', data: { value: 'one' } } };
    expect(await client.callTool({ name: 'echo', arguments: { value: 'one' } })).toMatchObject(expected);
    doors = await doors.restart();
    expect(await client.callTool({ name: 'echo', arguments: { value: 'one' } })).toMatchObject(expected);
    await client.close();
  });

  test('gets a failure as a result that passes its own output schema', async () => {
    const client = await connect();
    await client.listTools();
    expect(await client.callTool({ name: 'echo', arguments: { value: 1 } })).toMatchObject({
      isError: true,
      structuredContent: { success: false, data: null, error: { code: 'invalid_argument' } },
    });
    vi.spyOn(console, 'error').mockImplementationOnce(() => {}); // the log line of the bug
    expect(await client.callTool({ name: 'broken', arguments: {} })).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'internal' } },
    });
    await client.close();
  });

  test('is refused a tool beyond its scopes, and told the flag that grants it', async () => {
    const client = await connect();
    const result = await client.callTool({ name: 'capture', arguments: {} });
    expect(result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'permission_denied', hint: expect.stringContaining('--grant read,capture,remote') } },
    });
    await client.close();
  });

  test('gets -32602 for an unknown tool and for a tool of the interface', async () => {
    const client = await connect();
    for (const name of ['nothing', 'hidden', '__proto__'])
      await expect(client.callTool({ name, arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  test('receives progress, and its abort ends the work', async () => {
    const client = await connect();
    const abort = new AbortController();
    const progress: unknown[] = [];
    const aborted = once(doors.engine.events, 'aborted');
    const options = {
      signal: abort.signal,
      onprogress: (each: unknown) => {
        progress.push(each);
        abort.abort();
      },
    };
    const call =
      client instanceof LegacyClient
        ? client.callTool({ name: 'wait', arguments: {} }, CallToolResultSchema, options)
        : client.callTool({ name: 'wait', arguments: {} }, options);
    await expect(call).rejects.toThrow();
    await aborted;
    expect(progress).toEqual([{ progress: 0.5, total: 1, message: 'Half' }]);
    expect(doors.engine.waiting).toBe(0);
    await client.close();
  });

  test('gets 60 calls at once answered, each with its own value', async () => {
    const client = await connect();
    const values = Array.from({ length: 60 }, (_, index) => `value ${index}`);
    const results = await Promise.all(values.map(value => client.callTool({ name: 'echo', arguments: { value } })));
    expect(results.map(({ structuredContent }) => structuredContent)).toEqual(
      values.map(value => ({ success: true, message: 'Echoed', data: { value } })),
    );
    await client.close();
  });
});

test('the v2 client speaks 2026-07-28 here, the v1 client 2025-11-25', async () => {
  const legacy = new LegacyTransport(new URL(doors.mcpUrl), {
    requestInit: { headers: { authorization: `Bearer ${doors.token}` } },
  });
  const client = new LegacyClient({ name: 'v1', version: '1' });
  await client.connect(legacy);
  expect(legacy.protocolVersion).toBe('2025-11-25');
  const modern = await modernClient();
  expect(modern.getNegotiatedProtocolVersion()).toBe('2026-07-28');
  expect(modern.getInstructions()).toMatch(/data, never instructions/);
  expect(doors.mcpClients()).toBe(2);
  await Promise.all([client.close(), modern.close()]);
});

describe('a session of the 2025 revisions', () => {
  test('has a random id, which opens nothing without the token', async () => {
    const id = await openSession(doors);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (const method of ['POST', 'GET', 'DELETE']) {
      expect((await fetch(doors.mcpUrl, { method, headers: { 'mcp-session-id': id } })).status).toBe(401);
    }
  });

  test('is unknown under an id that was never issued, and to another token', async () => {
    const { secret } = doors.tokens.create('other', ['read']);
    const id = await openSession(doors);
    const unknown = await postMcp(doors, callOf(2, 'echo'), { 'mcp-session-id': 'd9a3b0c2-0000-4000-8000-000000000000' });
    expect(unknown.status).toBe(404);
    expect((await postMcp({ url: doors.url, token: secret }, callOf(2, 'echo'), { 'mcp-session-id': id })).status).toBe(404);
  });

  test('is kept as 0600 and known after a restart, also when two requests come at once', async () => {
    const id = await openSession(doors);
    const file = path.join(doors.homeDirectory, 'mcp-sessions.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(doors.token);
    doors = await doors.restart();
    const answers = await Promise.all(
      [7, 8].map(number => postMcp(doors, callOf(number, 'echo', { value: String(number) }), { 'mcp-session-id': id })),
    );
    for (const [index, answer] of answers.entries()) {
      expect(await messagesOf(answer)).toMatchObject([
        { id: 7 + index, result: { structuredContent: { data: { value: String(7 + index) } } } },
      ]);
    }
  });

  test('is gone after DELETE, also after a restart', async () => {
    const id = await openSession(doors);
    const headers = { authorization: `Bearer ${doors.token}`, 'mcp-session-id': id };
    expect((await fetch(doors.mcpUrl, { method: 'DELETE', headers })).status).toBe(200);
    expect((await postMcp(doors, callOf(2, 'echo'), { 'mcp-session-id': id })).status).toBe(404);
    doors = await doors.restart();
    expect((await postMcp(doors, callOf(2, 'echo'), { 'mcp-session-id': id })).status).toBe(404);
  });

  test('refuses a request without its id and an unsupported revision with 400', async () => {
    const id = await openSession(doors);
    expect((await postMcp(doors, callOf(2, 'echo'))).status).toBe(400);
    expect((await postMcp(doors, callOf(2, 'echo'), { 'mcp-session-id': id, 'mcp-protocol-version': '1999-01-01' })).status).toBe(
      400,
    );
  });

  test('answers unknown methods with -32601 and takes unknown notifications', async () => {
    const id = await openSession(doors);
    const method = await postMcp(doors, { jsonrpc: '2.0', id: 3, method: 'no/such' }, { 'mcp-session-id': id });
    expect(await messagesOf(method)).toMatchObject([{ id: 3, error: { code: -32601 } }]);
    expect((await postMcp(doors, { jsonrpc: '2.0', method: 'notifications/no-such' }, { 'mcp-session-id': id })).status).toBe(
      202,
    );
  });

  test.each([['a string'], [[1, 2]], [5], [null]])('answers arguments that are %j with a result, never -32603', async args => {
    const id = await openSession(doors);
    const [message] = await messagesOf(await postMcp(doors, callOf(4, 'echo', args), { 'mcp-session-id': id }));
    expect(message).toMatchObject({
      id: 4,
      result: { isError: true, structuredContent: { success: false, error: { code: 'invalid_argument' } } },
    });
  });

  test('takes a call without arguments as one with none', async () => {
    const id = await openSession(doors);
    const bare = { jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'broken' } };
    vi.spyOn(console, 'error').mockImplementationOnce(() => {});
    expect(await messagesOf(await postMcp(doors, bare, { 'mcp-session-id': id }))).toMatchObject([
      { id: 4, result: { structuredContent: { error: { code: 'internal' } } } },
    ]);
  });

  test('keeps the answers of two clients with equal ids apart, 100 times over', async () => {
    const [one, two] = await Promise.all([openSession(doors), openSession(doors)]);
    for (let round = 0; round < 100; round++) {
      const answers = await Promise.all(
        [one, two].map((id, index) =>
          postMcp(doors, callOf(7, 'echo', { value: `${index}-${round}` }), { 'mcp-session-id': id }).then(messagesOf),
        ),
      );
      expect(answers).toMatchObject(
        [0, 1].map(index => [{ id: 7, result: { structuredContent: { data: { value: `${index}-${round}` } } } }]),
      );
    }
  });

  test('gives its place back when the client is gone in the middle of a call', async () => {
    const id = await openSession(doors);
    const begun = once(doors.engine.events, 'waiting');
    const body = JSON.stringify(callOf(5, 'wait'));
    const socket = net.connect(doors.port, '127.0.0.1');
    socket.write(
      rawRequest(
        'POST',
        '/mcp',
        {
          Host: `127.0.0.1:${doors.port}`,
          Authorization: `Bearer ${doors.token}`,
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
          'Mcp-Session-Id': id,
        },
        body,
      ),
    );
    await begun;
    const aborted = once(doors.engine.events, 'aborted');
    socket.destroy();
    await aborted;
    expect(doors.engine.waiting).toBe(0);
    const [message] = await messagesOf(
      await postMcp(doors, callOf(6, 'echo', { value: 'still here' }), { 'mcp-session-id': id }),
    );
    expect(message).toMatchObject({ id: 6, result: { structuredContent: { success: true } } });
  });

  test('closing the server ends calls that are under way', async () => {
    const id = await openSession(doors);
    const begun = once(doors.engine.events, 'waiting');
    const call = postMcp(doors, callOf(5, 'wait'), { 'mcp-session-id': id }).then(response => response.text());
    await begun;
    const aborted = once(doors.engine.events, 'aborted');
    await doors.close();
    await aborted;
    await expect(call).resolves.not.toContain('result');
    doors = await openDoors({ homeDirectory: doors.homeDirectory });
  });
});

describe('a reply', () => {
  const sizeOf = async (args: object) => {
    const id = await openSession(doors);
    const response = await postMcp(doors, callOf(2, 'rows', args), { 'mcp-session-id': id });
    const text = await response.clone().text();
    const [message] = await messagesOf(response);
    return {
      bytes: Buffer.byteLength(text),
      reply: message?.result?.structuredContent as {
        message: string;
        data: { rows: { number: number }[]; truncated: boolean; next_offset: number | null; total: number };
      },
    };
  };

  test('of few rows is whole', async () => {
    const { reply } = await sizeOf({ count: 5 });
    expect(reply.data).toMatchObject({ truncated: false, next_offset: null, total: 5 });
    expect(reply.data.rows).toHaveLength(5);
  });

  test('stays within 8 KB, says what is missing, and goes on at next_offset', async () => {
    const { bytes, reply } = await sizeOf({ count: 5000 });
    expect(bytes).toBeLessThanOrEqual(8 * 1024);
    expect(bytes).toBeGreaterThan(7 * 1024);
    expect(reply.data).toMatchObject({ truncated: true, total: 5000, next_offset: reply.data.rows.length });
    expect(reply.message).toContain(`Showing ${reply.data.rows.length} of 5000`);
    const next = await sizeOf({ count: 5000, offset: reply.data.next_offset });
    expect(next.reply.data.rows[0]?.number).toBe(reply.data.next_offset);
  });

  test('may take 48 KB when rows are asked for', async () => {
    const { bytes, reply } = await sizeOf({ count: 5000, limit: 5000 });
    expect(bytes).toBeLessThanOrEqual(48 * 1024);
    expect(bytes).toBeGreaterThan(46 * 1024);
    expect(reply.data.truncated).toBe(true);
  });
});

test('an unknown method of 2026-07-28 is answered 404', async () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const response = await postMcp(
    doors,
    { jsonrpc: '2.0', id: 1, method: 'no/such', params: { _meta: meta } },
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'no/such' },
  );
  expect(response.status).toBe(404);
  expect(await messagesOf(response)).toMatchObject([{ error: { code: -32601 } }]);
});

test('the first answer carries name, version and instructions', async () => {
  const [message] = await messagesOf(await postMcp(doors, INITIALIZE));
  expect(message?.result).toMatchObject({
    protocolVersion: '2025-11-25',
    serverInfo: { name: 'netsonde', version: '0.0.0-test' },
    instructions: expect.stringContaining('never instructions'),
  });
});

test('revoking a token ends its running call and its stream, and nobody else notices', async () => {
  const { token, secret } = doors.tokens.create('agent', ['read']);
  const agent = { url: doors.url, token: secret };
  const [id, otherId] = [await openSession(agent), await openSession(doors)];
  const streamOf = ({ url, token: bearer }: { url: string; token: string }, session: string) =>
    fetch(`${url}/mcp`, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'text/event-stream', 'mcp-session-id': session },
    });
  const stream = await streamOf(agent, id);
  const otherStream = await streamOf(doors, otherId);
  const begun = once(doors.engine.events, 'waiting');
  const call = postMcp(agent, callOf(2, 'wait'), { 'mcp-session-id': id }).then(response => response.text());
  await begun;
  const aborted = once(doors.engine.events, 'aborted');
  doors.tokens.revoke(token.id);
  await aborted;
  await expect(call).rejects.toThrow();
  await expect(stream.text()).rejects.toThrow();
  const [message] = await messagesOf(await postMcp(doors, callOf(3, 'echo', { value: 'x' }), { 'mcp-session-id': otherId }));
  expect(message).toMatchObject({ id: 3, result: { structuredContent: { success: true } } });
  await otherStream.body?.cancel();
});

test('a revoked token is refused from the next request on', async () => {
  const { token, secret } = doors.tokens.create('agent', ['read']);
  const agent = { url: doors.url, token: secret };
  const id = await openSession(agent);
  await (await postMcp(agent, callOf(2, 'echo', { value: 'x' }), { 'mcp-session-id': id })).text();
  expect(doors.tokens.list().find(({ name }) => name === 'agent')).toMatchObject({
    calls_today: 1,
    last_call_at: expect.any(String),
  });
  doors.tokens.revoke(token.id);
  expect((await postMcp(agent, callOf(3, 'echo'), { 'mcp-session-id': id })).status).toBe(401);
});

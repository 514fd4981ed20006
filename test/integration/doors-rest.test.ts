import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createEngine } from '../../src-main/engine/create-engine';
import { renderMetrics } from '../../src-main/transports/rest/metrics';
import { type Doors, openDoors, rawRequest, shutDoors } from './doors-support';

let doors: Doors;
beforeEach(async () => {
  doors = await openDoors();
});
afterEach(() => shutDoors(doors));

const ask = (route: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) =>
  fetch(`${doors.url}${route}`, { ...init, headers: { authorization: `Bearer ${doors.token}`, ...init.headers } });
// Each test knows the body it asks for; toMatchObject checks it.
type Body = { message: string; data: { servers: Record<string, { tools: { name: string }[] }> }; error: { hint: string } };
const bodyOf = async (response: Response): Promise<Body> => (await response.json()) as Body;
const call = (body: unknown, headers: Record<string, string> = {}) =>
  ask('/api/mcp/call', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('lists the tools under every server name of the contract', async () => {
  const body = await bodyOf(await ask('/api/mcp/tools'));
  expect(Object.keys(body.data.servers)).toEqual(['packet_capture', 'iftop', 'netstat', 'netspy', 'netmon', 'netsonde']);
  expect(body).toMatchObject({
    success: true,
    data: { servers: { netspy: { tools: [] }, iftop: { tools: [{ name: 'echo', input_schema: { type: 'object' } }] } } },
  });
  expect(body.data.servers.netsonde?.tools.map(({ name }) => name)).toEqual(['echo', 'wait', 'rows', 'capture', 'broken']);
});

test('a call answers the envelope of the tool itself', async () => {
  const response = await call({ server_name: 'iftop', tool_name: 'echo', args: { value: 'hi' } });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ success: true, message: 'Echoed', data: { value: 'hi' } });
});

test.each([
  ['an unknown server name', { server_name: 'evil', tool_name: 'echo', args: {} }, 404, 'not_found'],
  ['a tool of another server', { server_name: 'netstat', tool_name: 'echo', args: {} }, 404, 'not_found'],
  ['an unknown tool', { server_name: 'netsonde', tool_name: 'nothing', args: {} }, 404, 'not_found'],
  ['a tool of the interface', { server_name: 'netsonde', tool_name: 'hidden', args: {} }, 404, 'not_found'],
  ['a prototype name', { server_name: '__proto__', tool_name: 'constructor', args: {} }, 404, 'not_found'],
  ['wrong arguments', { server_name: 'netsonde', tool_name: 'echo', args: { value: 1 } }, 400, 'invalid_argument'],
  [
    'an unknown argument',
    { server_name: 'netsonde', tool_name: 'echo', args: { value: 'x', extra: 1 } },
    400,
    'invalid_argument',
  ],
  ['a wrong shape', { server_name: 5 }, 400, 'invalid_argument'],
  ['a further field', { server_name: 'netsonde', tool_name: 'echo', args: {}, extra: 1 }, 400, 'invalid_argument'],
  ['no object', 'text', 400, 'invalid_argument'],
  ['a missing scope', { server_name: 'netsonde', tool_name: 'capture', args: {} }, 403, 'permission_denied'],
])('%s is refused as the contract says', async (_name, body, status, code) => {
  const response = await call(body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ success: false, data: null, error: { code } });
});

test.each([
  ['a prototype', '{"value":"x","__proto__":{"extra":1}}', '__proto__'],
  ['no object', '[1]', 'echo'],
])('args with %s are refused by name', async (_name, args, named) => {
  const response = await ask('/api/mcp/call', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"server_name":"netsonde","tool_name":"echo","args":${args}}`,
  });
  expect(response.status).toBe(400);
  const body = await bodyOf(response);
  expect(body).toMatchObject({ success: false, error: { code: 'invalid_argument' } });
  expect(body.message).toContain(named);
});

test('a missing scope names the flag that grants it', async () => {
  const body = await bodyOf(await call({ server_name: 'netsonde', tool_name: 'capture', args: {} }));
  expect(body.error.hint).toContain('netsonde serve --grant read,capture,remote');
});

test('a bug answers 500 with an id that stands in the log, and nothing of what happened', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const response = await call({ server_name: 'netsonde', tool_name: 'broken', args: {} });
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toMatch(/secret|shadow|at .*\.ts/);
  const [id] = /[0-9a-f-]{36}/.exec(text) ?? [];
  expect(String(log.mock.calls[0]?.[0])).toContain(`"id":"${id}"`);
  log.mockRestore();
});

test('messages follow Accept-Language', async () => {
  const body = await bodyOf(
    await call({ server_name: 'netsonde', tool_name: 'nothing', args: {} }, { 'accept-language': 'zh-CN,en;q=0.5' }),
  );
  expect(body.message).toContain('没有名为 nothing 的工具');
});

test('a page stays within 1 MB and goes on at next_offset', async () => {
  const response = await call({ server_name: 'netsonde', tool_name: 'rows', args: { count: 50_000, limit: 50_000 } });
  const text = await response.text();
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000);
  const { data } = JSON.parse(text);
  expect(data).toMatchObject({ truncated: true, total: 50_000, next_offset: data.rows.length });
});

test('a client that goes away ends its call', async () => {
  const begun = once(doors.engine.events, 'waiting');
  const socket = net.connect(doors.port, '127.0.0.1');
  const body = JSON.stringify({ server_name: 'netsonde', tool_name: 'wait', args: {} });
  socket.write(
    rawRequest(
      'POST',
      '/api/mcp/call',
      { Host: `127.0.0.1:${doors.port}`, Authorization: `Bearer ${doors.token}`, 'Content-Type': 'application/json' },
      body,
    ),
  );
  await begun;
  const aborted = once(doors.engine.events, 'aborted');
  socket.destroy();
  await aborted;
  expect(doors.engine.waiting).toBe(0);
});

test('more calls than may run and wait are answered busy, the others all answered', async () => {
  const abort = new AbortController();
  const begun = new Promise<void>(resolve => {
    doors.engine.events.on('waiting', () => {
      if (doors.engine.waiting === 8) resolve();
    });
  });
  const running = Array.from({ length: 8 }, () =>
    ask('/api/mcp/call', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"server_name":"netsonde","tool_name":"wait","args":{}}',
      signal: abort.signal,
    }).catch(() => null),
  );
  await begun;
  let refused = 0;
  const allRefused = Promise.withResolvers<void>();
  const others = Array.from({ length: 80 }, async () => {
    const { status } = await call({ server_name: 'netsonde', tool_name: 'echo', args: { value: 'x' } });
    if (status === 429 && ++refused === 16) allRefused.resolve();
    return status;
  });
  await allRefused.promise; // 8 run, 64 wait
  abort.abort();
  const statuses = await Promise.all(others);
  expect(statuses.filter(status => status === 200)).toHaveLength(64);
  expect(refused).toBe(16);
  await Promise.all(running);
});

const operation = z.object({
  operationId: z.string(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), z.object({ description: z.string() })),
});

test('the OpenAPI document is one, and every reference in it leads somewhere', async () => {
  const text = await (await ask('/api/openapi.json')).text();
  const document = z
    .object({
      openapi: z.literal('3.1.0'),
      info: z.object({ title: z.string(), version: z.string() }),
      paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post']), operation)),
      components: z.object({
        schemas: z.record(z.string(), z.looseObject({ type: z.literal('object') })),
        securitySchemes: z.object({ token: z.object({ type: z.literal('http') }) }),
      }),
    })
    .parse(JSON.parse(text));
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    expect(Object.keys(document.components.schemas)).toContain(name);
  expect(Object.keys(document.paths)).toEqual([
    '/health',
    '/api/mcp/tools',
    '/api/mcp/call',
    '/api/connection-summary',
    '/api/list-connections',
    '/api/packet-drop-summary',
    '/api/list-packet-drops',
    '/api/events',
    '/api/programs',
    '/api/openapi.json',
    '/metrics',
  ]);
  expect(document.components.schemas.echo_call).toMatchObject({
    properties: { tool_name: { const: 'echo' }, args: { required: ['value'] } },
  });
  expect(text).not.toContain('hidden');
});

test('the metrics are Prometheus text: the kernel counters, the calls that ended, each series with its type', async () => {
  const engine = createEngine({ version: '0' });
  const calls = { ended: new Map([['echo', { succeeded: 3, failed: 1, seconds: 0.5 }]]), running: 2 };
  const text = await renderMetrics(
    engine,
    { id: 't', door: 'rest', scopes: new Set(['read']), language: 'en' },
    calls,
    new AbortController().signal,
  );
  await engine.stop();
  expect(text).toMatch(/^netsonde_interface_receive_bytes_total\{interface="lo"\} \d+$/m);
  expect(text).toContain('netsonde_tool_calls_total{tool="echo",outcome="success"} 3\n');
  expect(text).toContain('netsonde_tool_calls_running 2\n');
  const typed = new Set([...text.matchAll(/^# TYPE (\S+) (?:counter|gauge)$/gm)].map(([, name]) => name));
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('#')) continue;
    expect(line).toMatch(/^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?\d+(\.\d+)?(e[+-]?\d+)?$/);
    expect(typed).toContain(line.split(/[{ ]/)[0]);
  }
});

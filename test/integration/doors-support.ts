import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StreamMap } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import type { InterfaceSample } from '@shared/model/interface';
import type { Scope } from '@shared/model/settings';
import { z } from 'zod';
import { createCallLimiter } from '../../src-main/engine/call-limiter';
import type { ToolContext } from '../../src-main/engine/context';
import type { Engine } from '../../src-main/engine/create-engine';
import { createUploads } from '../../src-main/engine/services/captures/uploads';
import { systemClock } from '../../src-main/engine/services/clock';
import { createSettings } from '../../src-main/engine/services/settings';
import { createPublisher } from '../../src-main/engine/services/stream';
import { createTokens, type TokenService } from '../../src-main/engine/services/tokens';
import { callTool, defineTool, failure, integer, type Tool } from '../../src-main/engine/tool';
import { createHome, type Home } from '../../src-main/home';
import { type ListenOptions, type RunningListener, startServer } from '../../src-main/server';

type SampleEvent = StreamMap['interface_sample']['event'];

/** A small engine whose tools do on command what real ones do when the network wants it. */
export interface TestEngine extends Engine {
  /** 'waiting' when a call of `wait` has begun, 'aborted' when its signal fired. */
  events: EventEmitter;
  /** How many calls of `wait` are under way. */
  readonly waiting: number;
  publish(event: SampleEvent): void;
  readonly listeners: number;
}

export function createTestEngine(waitName = 'wait'): TestEngine {
  const events = new EventEmitter();
  const samples = createPublisher<SampleEvent>();
  const limiter = createCallLimiter();
  let waiting = 0;

  const echo = defineTool({
    name: 'echo',
    title: 'Echo',
    description: 'Answers what it was given.',
    servers: ['iftop'],
    input: z.strictObject({ value: z.string() }),
    output: z.object({ value: z.string() }),
    run: ({ value }) => Promise.resolve({ value }),
    summarize: () => 'Echoed',
  });
  const wait = defineTool({
    name: waitName,
    title: 'Wait',
    description: 'Reports progress, then waits until it is cancelled.',
    input: z.strictObject({}),
    output: z.object({}),
    run: (_input, _context, { signal, progress }) =>
      new Promise((_resolve, reject) => {
        waiting++;
        progress({ done: 0.5, message: 'Half' });
        signal.addEventListener('abort', () => {
          waiting--;
          events.emit('aborted');
          reject(new NetsondeError('cancelled', 'Cancelled.'));
        });
        events.emit('waiting');
      }),
    summarize: () => 'Waited',
  });
  const rows = defineTool({
    name: 'rows',
    title: 'Rows',
    description: 'As many rows as asked for.',
    input: z.strictObject({
      count: integer(0, 100_000),
      limit: integer(1, 100_000).optional(),
      offset: integer(0, 100_000).default(0),
    }),
    output: z.object({
      rows: z.array(z.object({ number: z.number(), program: z.string() })),
      total: z.number(),
      truncated: z.boolean(),
      next_offset: z.number().nullable(),
    }),
    run: ({ count, offset }) =>
      Promise.resolve({
        rows: Array.from({ length: count - offset }, (_, index) => ({ number: offset + index, program: 'a "quoted" program' })),
        total: count,
        truncated: false,
        next_offset: null,
      }),
    summarize: ({ total }) => `${total} rows.`,
  });
  const capture = defineTool({
    name: 'capture',
    title: 'Capture',
    description: 'Needs the scope "remote".',
    scope: 'remote',
    readOnly: false,
    input: z.strictObject({}),
    output: z.object({}),
    run: () => Promise.resolve({}),
    summarize: () => 'Captured',
  });
  const broken = defineTool({
    name: 'broken',
    title: 'Broken',
    description: 'Throws what no tool should.',
    input: z.strictObject({}),
    output: z.object({}),
    run: () => Promise.reject(new Error('secret detail in /etc/shadow')),
    summarize: () => '',
  });
  const hidden = defineTool({
    name: 'hidden',
    title: 'Hidden',
    description: 'Only for the interface.',
    audience: 'interface',
    input: z.strictObject({}),
    output: z.object({}),
    run: () => Promise.resolve({}),
    summarize: () => 'Seen',
  });
  const tools = new Map<string, Tool>([echo, wait, rows, capture, broken, hidden].map(tool => [tool.name, tool]));

  return {
    events,
    tools,
    uploads: createUploads(null, systemClock),
    attach: () => Promise.reject(new Error('not here')),
    get waiting() {
      return waiting;
    },
    async call(name, input, caller, options = {}) {
      try {
        // The tools of this engine use no service.
        return await limiter.run(caller.id, options.signal, () =>
          callTool(tools, {} as ToolContext, name, input, caller, options),
        );
      } catch (thrown) {
        return failure(thrown, caller.language);
      }
    },
    subscribe(stream, _params, onEvent) {
      if (stream !== 'interface_sample') throw new NetsondeError('not_found', `There is no stream ${stream}.`);
      onEvent({ snapshot: true, samples: [] });
      return samples.listen(onEvent);
    },
    stop: () => Promise.resolve(),
    publish: event => samples.publish(event),
    get listeners() {
      return samples.listeners;
    },
  };
}

/** An event of about so many bytes. */
export function sampleOf(bytes: number): SampleEvent {
  const sample: InterfaceSample = {
    at_ms: 1,
    sequence: 1,
    interval_ms: 1000,
    interface: 'x'.repeat(bytes),
    index: 1,
    rx_rate_bps: 1,
    tx_rate_bps: 1,
    rx_packet_rate: 1,
    tx_packet_rate: 1,
    rx_errors: 0,
    tx_errors: 0,
    rx_dropped: 0,
    tx_dropped: 0,
  };
  return { snapshot: false, samples: [sample] };
}

export interface Doors extends RunningListener {
  engine: TestEngine;
  home: Home;
  homeDirectory: string;
  tokens: TokenService;
  port: number;
  /** Stops this server and starts another one on the same port and home. */
  restart(): Promise<Doors>;
}

const rendererDir = path.join(import.meta.dirname, '../fixtures/doors-page');

/** A real listener on a free port of loopback with a home of its own. */
export async function openDoors(
  options: Partial<ListenOptions> & { grant?: Scope[]; homeDirectory?: string; waitName?: string } = {},
): Promise<Doors> {
  const homeDirectory = options.homeDirectory ?? mkdtempSync(path.join(tmpdir(), 'netsonde-doors-'));
  const home = createHome({ NETSONDE_HOME: homeDirectory });
  const engine = createTestEngine(options.waitName);
  const tokens = createTokens({
    secretFile: home.file('config', 'token'),
    file: home.file('config', 'tokens.json'),
    grant: options.grant ?? ['read', 'capture'],
  });
  const settings = createSettings(home.file('config', 'settings.json'), 'C');
  const server = await startServer({ home, port: 0, rendererDir, version: '0.0.0-test', ...options, engine, settings, tokens });
  const port = Number(new URL(server.url).port);
  return {
    ...server,
    engine,
    home,
    homeDirectory,
    tokens,
    port,
    async restart() {
      await server.close();
      return openDoors({ ...options, homeDirectory, port });
    },
  };
}

export async function shutDoors(doors: Doors): Promise<void> {
  await doors.close();
  rmSync(doors.homeDirectory, { recursive: true, force: true });
}

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Sends exactly these bytes and reads until the server closes; for what no client library would send. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = net.connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {}); // a reset after the answer is the answer's matter
  socket.write(bytes);
  await once(socket, 'close');
  return parseAnswer(Buffer.concat(chunks).toString());
}

export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

/** A request with these headers as they stand, `Connection: close` added. */
export function rawRequest(method: string, target: string, headers: Record<string, string>, body = ''): string {
  const lines = Object.entries({
    ...headers,
    Connection: 'close',
    ...(body && { 'Content-Length': String(Buffer.byteLength(body)) }),
  });
  return `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`;
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** POST /mcp as a 2025-era client sends it. */
export function postMcp(
  { url, token }: { url: string; token: string },
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: signal ?? null,
  });
}

/** Opens a session. @returns its id */
export async function openSession(doors: { url: string; token: string }): Promise<string> {
  const response = await postMcp(doors, INITIALIZE);
  await response.text();
  const id = response.headers.get('mcp-session-id') ?? '';
  await postMcp(doors, { jsonrpc: '2.0', method: 'notifications/initialized' }, { 'mcp-session-id': id });
  return id;
}

/** The JSON-RPC messages of an event stream or a JSON body. */
export async function messagesOf(
  response: Response,
): Promise<{ id?: unknown; result?: Record<string, unknown>; error?: { code: number }; method?: string; params?: unknown }[]> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('event-stream')) return [JSON.parse(text)];
  return text
    .split('\n')
    .filter(line => line.startsWith('data: {'))
    .map(line => JSON.parse(line.slice(6)));
}

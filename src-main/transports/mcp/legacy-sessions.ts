import { randomUUID } from 'node:crypto';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { InitializeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { carryExchange, createLegacyServer, type Exchange, type ServerIdentity } from './servers';
import type { KeptSession, SessionStore } from './session-store';

/** In memory at once. More are in the file only and come back when they are used. */
const MAX_LIVE = 64;
/** With a request under way at once; the next client is told to come back. */
const MAX_BUSY = 256;
const IDLE_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;
/** A client counts while it has a request open, or had one this lately. */
const SEEN_MS = 5 * 60_000;
const SESSION_NOT_FOUND = -32001;
const REFUSED = -32000;

interface LiveSession {
  id: string;
  transport: WebStandardStreamableHTTPServerTransport;
  usedAtMs: number;
  /** Requests under way, the standing GET stream among them. */
  busy: number;
}

/** Clients of the 2025 revisions: one server and one transport a session, never shared. */
export interface LegacySessions {
  /** @param body parsed and within the limits; undefined for GET and DELETE */
  handle(request: Request, body: unknown, tokenId: string, exchange: Exchange): Promise<Response>;
  clients(): number;
  close(): Promise<void>;
}

export function createLegacySessions(
  identity: ServerIdentity,
  store: SessionStore,
  nowMs: () => number = Date.now,
): LegacySessions {
  const live = new Map<string, LiveSession>();
  /** Sessions on their way back, so that two requests of one session wait for the same server. */
  const reviving = new Map<string, Promise<LiveSession>>();

  const drop = async (id: string): Promise<void> => {
    const session = live.get(id);
    live.delete(id);
    await session?.transport.close();
  };

  const sweep = async (): Promise<void> => {
    const idle = [...live.values()].filter(({ busy }) => busy === 0).sort((a, b) => a.usedAtMs - b.usedAtMs);
    const tooMany = live.size - MAX_LIVE;
    const gone = idle.filter(({ usedAtMs }, index) => index < tooMany || nowMs() - usedAtMs > IDLE_MS);
    await Promise.all(gone.map(({ id }) => drop(id)));
  };
  const sweeping = setInterval(() => void sweep(), SWEEP_EVERY_MS);
  sweeping.unref();

  const make = async (id: string): Promise<LiveSession> => {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    await createLegacyServer(identity).connect(transport);
    return { id, transport, usedAtMs: nowMs(), busy: 0 };
  };

  /** A session of before the restart: its `initialize` is played again, then it is as it was. */
  const revive = async ({ id, initialize }: KeptSession): Promise<LiveSession> => {
    const session = await make(id);
    const opened = await session.transport.handleRequest(innerRequest(id), {
      parsedBody: { jsonrpc: '2.0', id: 0, method: 'initialize', params: initialize },
    });
    await opened.text();
    await session.transport.handleRequest(innerRequest(id), {
      parsedBody: { jsonrpc: '2.0', method: 'notifications/initialized' },
    });
    live.set(id, session);
    return session;
  };

  const find = (id: string, tokenId: string): LiveSession | Promise<LiveSession> | undefined => {
    const kept = store.find(id);
    // Another token's session is as unknown as one never issued.
    if (!kept || kept.token_id !== tokenId) return undefined;
    const present = live.get(id) ?? reviving.get(id);
    if (present) return present;
    const revived = revive(kept).finally(() => reviving.delete(id));
    reviving.set(id, revived);
    return revived;
  };

  const open = async (body: unknown, tokenId: string): Promise<LiveSession | Response> => {
    const initialize = InitializeRequestSchema.safeParse(body);
    if (!initialize.success) return refusal(400, REFUSED, 'Mcp-Session-Id header is required');
    if (live.size >= MAX_LIVE) await sweep();
    if (live.size >= MAX_BUSY) return refusal(429, REFUSED, 'Too many sessions are in use');
    const session = await make(randomUUID());
    live.set(session.id, session);
    store.add({ id: session.id, token_id: tokenId, initialize: { ...initialize.data.params } });
    return session;
  };

  return {
    async handle(request, body, tokenId, exchange) {
      const given = request.headers.get('mcp-session-id');
      const session = given === null ? await open(body, tokenId) : await find(given, tokenId);
      if (!session) return refusal(404, SESSION_NOT_FOUND, 'Session not found');
      if (session instanceof Response) return session;
      store.touch(session.id);
      session.usedAtMs = nowMs();
      if (!exchange.closed.aborted) {
        session.busy++;
        const leave = (): void => {
          session.busy--;
          session.usedAtMs = nowMs();
        };
        exchange.closed.addEventListener('abort', leave, { once: true });
      }
      const response = await session.transport.handleRequest(request, { parsedBody: body, authInfo: carryExchange(exchange) });
      if (request.method === 'DELETE' && response.ok) {
        store.remove(session.id);
        await drop(session.id);
      }
      return response;
    },
    clients: () => [...live.values()].filter(({ busy, usedAtMs }) => busy > 0 || nowMs() - usedAtMs < SEEN_MS).length,
    async close() {
      clearInterval(sweeping);
      store.flush();
      await Promise.all([...live.keys()].map(drop));
    },
  };
}

function innerRequest(sessionId: string): Request {
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-session-id': sessionId },
  });
}

function refusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}

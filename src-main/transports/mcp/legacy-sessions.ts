import { randomUUID } from 'node:crypto';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { InitializeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { carryExchange, createLegacyServer, type Exchange, type ServerIdentity } from './servers';
import type { KeptSession, SessionStore } from './session-store';

/** In memory at once. More are in the file only and come back when they are used. */
const MAX_LIVE = 64;
const IDLE_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;
const SESSION_NOT_FOUND = -32001;
const SESSION_MISSING = -32000;

interface LiveSession {
  transport: WebStandardStreamableHTTPServerTransport;
  tokenId: string;
  usedAtMs: number;
  /** Requests under way, the standing GET stream among them. */
  busy: number;
}

/** Clients of the 2025 revisions: one server and one transport a session, never shared. */
export interface LegacySessions {
  /** @param body parsed and within the limits; undefined for GET and DELETE */
  handle(request: Request, body: unknown, tokenId: string, exchange: Exchange): Promise<Response>;
  /** A request of that session has been answered to its end. */
  readonly live: number;
  close(): Promise<void>;
}

export function createLegacySessions(
  identity: ServerIdentity,
  store: SessionStore,
  nowMs: () => number = Date.now,
): LegacySessions {
  const live = new Map<string, Promise<LiveSession>>();

  const drop = async (id: string): Promise<void> => {
    const session = live.get(id);
    live.delete(id);
    await (await session)?.transport.close();
  };

  const sweep = async (): Promise<void> => {
    const sessions = await Promise.all([...live].map(async ([id, session]) => ({ id, ...(await session) })));
    const idle = sessions.filter(({ busy }) => busy === 0).sort((a, b) => a.usedAtMs - b.usedAtMs);
    const tooMany = Math.max(0, live.size - MAX_LIVE);
    const gone = idle.filter(({ usedAtMs }, index) => index < tooMany || nowMs() - usedAtMs > IDLE_MS);
    await Promise.all(gone.map(({ id }) => drop(id)));
  };
  const sweeping = setInterval(() => void sweep(), SWEEP_EVERY_MS);
  sweeping.unref();

  const make = async (id: string, tokenId: string): Promise<LiveSession> => {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    await createLegacyServer(identity).connect(transport);
    return { transport, tokenId, usedAtMs: nowMs(), busy: 0 };
  };

  /** A session of before the restart: its `initialize` is played again, then it is as it was. */
  const revive = async ({ id, token_id, initialize }: KeptSession): Promise<LiveSession> => {
    const session = await make(id, token_id);
    const opened = await session.transport.handleRequest(innerRequest(id), {
      parsedBody: { jsonrpc: '2.0', id: 0, method: 'initialize', params: initialize },
    });
    await opened.text();
    await session.transport.handleRequest(innerRequest(id), {
      parsedBody: { jsonrpc: '2.0', method: 'notifications/initialized' },
    });
    return session;
  };

  const find = async (id: string, tokenId: string): Promise<LiveSession | undefined> => {
    const kept = store.find(id);
    // Another token's session is as unknown as one never issued.
    if (!kept || kept.token_id !== tokenId) return undefined;
    let session = live.get(id);
    if (!session) {
      session = revive(kept);
      live.set(id, session);
      session.catch(() => live.delete(id));
    }
    return session;
  };

  return {
    async handle(request, body, tokenId, exchange) {
      const given = request.headers.get('mcp-session-id');
      let session: LiveSession | undefined;
      if (given === null) {
        const initialize = InitializeRequestSchema.safeParse(body);
        if (!initialize.success) return refusal(400, SESSION_MISSING, 'Mcp-Session-Id header is required');
        const id = randomUUID();
        session = await make(id, tokenId);
        live.set(id, Promise.resolve(session));
        store.add({ id, token_id: tokenId, initialize: { ...initialize.data.params } });
        if (live.size > MAX_LIVE) await sweep();
      } else {
        session = await find(given, tokenId);
        if (!session) return refusal(404, SESSION_NOT_FOUND, 'Session not found');
        store.touch(given);
      }
      const open = session;
      open.usedAtMs = nowMs();
      open.busy++;
      exchange.closed.addEventListener(
        'abort',
        () => {
          open.busy--;
          open.usedAtMs = nowMs();
        },
        { once: true },
      );
      const response = await open.transport.handleRequest(request, { parsedBody: body, authInfo: carryExchange(exchange) });
      if (request.method === 'DELETE' && given !== null && response.ok) {
        store.remove(given);
        await drop(given);
      }
      return response;
    },
    get live() {
      return live.size;
    },
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

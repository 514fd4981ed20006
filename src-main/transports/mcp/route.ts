import type { IncomingMessage, ServerResponse } from 'node:http';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import type { KeptFile } from '../../engine/services/kept-file';
import { createLegacySessions } from './legacy-sessions';
import { carryExchange, createModernServer, type Exchange, type ServerIdentity } from './servers';
import { createSessionStore } from './session-store';

/** Modern requests carry no session: a client counts while its last request is this fresh. */
const MODERN_CLIENT_MS = 5 * 60_000;

export interface McpRoute {
  /** After the middleware: token, body and limits have been checked. */
  handle(request: IncomingMessage, response: ServerResponse, body: unknown, tokenId: string, exchange: Exchange): Promise<void>;
  /** Sessions in use, and tokens that used the stateless revision lately. */
  clients(): number;
  close(): Promise<void>;
}

/** `/mcp` in both eras: sessions for the 2025 revisions, one server a request for 2026-07-28. */
export function createMcpRoute(identity: ServerIdentity, sessionFile: KeptFile): McpRoute {
  const legacy = createLegacySessions(identity, createSessionStore(sessionFile));
  const modern = createMcpHandler(({ authInfo }) => createModernServer(identity, authInfo), { legacy: 'reject' });
  const modernSeen = new Map<string, number>();

  return {
    async handle(request, response, body, tokenId, exchange) {
      const webRequest = toWebRequest(request, exchange.closed);
      if (await isLegacyRequest(webRequest, body)) {
        await sendWebResponse(response, await legacy.handle(webRequest, body, tokenId, exchange), exchange.closed);
        return;
      }
      modernSeen.set(tokenId, Date.now());
      await sendWebResponse(
        response,
        await modern.fetch(webRequest, { parsedBody: body, authInfo: carryExchange(exchange) }),
        exchange.closed,
      );
    },
    clients() {
      for (const [id, atMs] of modernSeen) if (Date.now() - atMs > MODERN_CLIENT_MS) modernSeen.delete(id);
      return legacy.clients() + modernSeen.size;
    },
    async close() {
      await Promise.all([legacy.close(), modern.close()]);
    },
  };
}

/** Without a body: it was read and checked by the middleware and is passed as `parsedBody`. */
function toWebRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(request.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return new Request('http://localhost/mcp', { method: request.method ?? 'GET', headers, signal });
}

/** Writes as fast as the client reads: what it does not take stays in the SDK's stream, at most one result and its progress. */
async function sendWebResponse(response: ServerResponse, answer: Response, closed: AbortSignal): Promise<void> {
  // The SDK's own value would let a cache keep what was measured.
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'cache-control': 'no-store, no-transform' });
  if (!answer.body) {
    response.end();
    return;
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  // Cancelling takes the stream out of the SDK's tables at once, also while a read is pending.
  closed.addEventListener('abort', () => void reader.cancel().catch(() => {}), { once: true });
  // An event stream must be seen to be open before its first event.
  response.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!response.write(value) && !closed.aborted) await drainOrClose(response);
  }
  response.end();
}

function drainOrClose(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const finish = (): void => {
      response.off('drain', finish);
      response.off('close', finish);
      resolve();
    };
    response.on('drain', finish);
    response.on('close', finish);
  });
}

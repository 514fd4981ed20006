import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { asNetsondeError, NetsondeError } from '@shared/errors';
import { type Language, pickLanguage, text } from '@shared/text/index';
import { failure } from '../../engine/tool';
import { readJsonBody } from './body';
import type { Access, Guard, Visitor } from './guard';
import { sendFailure, setBaseHeaders } from './reply';
import type { Route } from './router';

/** Threat-model 4.6 and 4.7. */
export interface ListenerLimits {
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  checkEveryMs: number;
}
const DEFAULT_LIMITS: ListenerLimits = { headersTimeoutMs: 10_000, requestTimeoutMs: 30_000, checkEveryMs: 1_000 };
const MAX_HEADER_BYTES = 16 * 1024;
/** Longer than the pause between two calls of an agent: a new connection costs more than the call. */
const KEEP_ALIVE_MS = 60_000;

export interface Upgrade {
  path: string;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, visitor: Visitor, language: Language): void;
}

export interface ListenerOptions {
  /** Known only after the port is: the guard needs it. */
  guard: () => Guard;
  find: (path: string) => Route | undefined;
  upgrade: Upgrade;
  /** `--rest-open` */
  restOpen: boolean;
  limits?: Partial<ListenerLimits> | undefined;
}

/** The one listener. Every request passes here first, in the order of threat-model section 4. */
export function createListener({ guard, find, upgrade, restOpen, limits }: ListenerOptions): http.Server {
  const { headersTimeoutMs, requestTimeoutMs, checkEveryMs } = { ...DEFAULT_LIMITS, ...limits };
  const server = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: checkEveryMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requireHostHeader: false, // the guard answers it, as JSON
    noDelay: true,
    // Other offers (h2c of curl --http2) are declined by answering in HTTP/1.1, as RFC 9110 section 7.8 has it.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.trim().toLowerCase() === 'websocket',
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const language = pickLanguage(request.headers['accept-language']);
    setBaseHeaders(response);
    const ended = new AbortController();
    response.once('close', () => ended.abort());
    try {
      guard().checkSender(request);
      const url = targetOf(request);
      const route = find(url.pathname);
      // What is no route tells nothing and needs no token: a 401 there would send MCP clients into an OAuth flow.
      if (!route)
        throw new NetsondeError('bad_request', text('server.no_route', { path: url.pathname.slice(0, 100) }), { status: 404 });
      if (url.pathname === '/' && request.method === 'GET' && url.searchParams.has('token')) {
        response.setHeader('Set-Cookie', guard().signIn(url.searchParams.get('token') ?? ''));
        response.writeHead(303, { Location: '/' }).end();
        return;
      }
      const visitor = guard().identify(request, openedBy(route.access, restOpen));
      const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
      if (!route.methods.includes(method)) {
        response.setHeader('Allow', route.methods.join(', '));
        throw new NetsondeError(
          'bad_request',
          text('server.method', { method: method.slice(0, 20), list: route.methods.join(', ') }),
          { status: 405 },
        );
      }
      const body = route.body === 'json' && method === 'POST' ? await readJsonBody(request) : undefined;
      await route.handle({ request, response, visitor, body, language, signal: ended.signal });
    } catch (thrown) {
      if (ended.signal.aborted && asNetsondeError(thrown).code === 'cancelled') return;
      sendFailure(response, thrown, language);
    }
  };

  server.on('request', (request, response) => void serve(request, response));
  // Node itself would answer an Expect it does not know, before Host is checked and without a body.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    setBaseHeaders(response);
    try {
      guard().checkSender(request);
      throw new NetsondeError('bad_request', text('server.expectation'), { status: 417 });
    } catch (thrown) {
      sendFailure(response, thrown, pickLanguage(request.headers['accept-language']));
    }
  });
  // Netsonde is no proxy: a CONNECT names no path of ours.
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    try {
      guard().checkSender(request);
      throw new NetsondeError('bad_request', text('server.no_http'), { status: 400 });
    } catch (thrown) {
      refuseSocket(socket, thrown, pickLanguage(request.headers['accept-language']));
    }
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const language = pickLanguage(request.headers['accept-language']);
    socket.on('error', () => socket.destroy());
    try {
      // A browser always sends Origin with a WebSocket; without one only a token shows that no page is behind it.
      guard().checkSender(request, { originRequired: request.headers.authorization === undefined });
      if (targetOf(request).pathname !== upgrade.path)
        throw new NetsondeError('bad_request', text('server.no_upgrade'), { status: 404 });
      upgrade.accept(request, socket, head, guard().identify(request, 'page'), language);
    } catch (thrown) {
      refuseSocket(socket, thrown, language);
    }
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Headers too large, too slow or no HTTP at all: there is no response object, the answer is written by hand.
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    const message =
      status === 431
        ? text('server.headers_large', { limit: MAX_HEADER_BYTES })
        : status === 408
          ? text('server.too_slow')
          : text('server.no_http');
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuseSocket(socket, new NetsondeError('bad_request', message, { status }), 'en');
  });
  return server;
}

function openedBy(access: Access, restOpen: boolean): Access {
  return access === 'open' && !restOpen ? 'token' : access;
}

/** Origin-form targets only: `GET http://other/ HTTP/1.1` and `*` are none of ours. */
function targetOf(request: IncomingMessage): URL {
  const target = request.url ?? '';
  if (!target.startsWith('/') || target.startsWith('//') || !URL.canParse(target, 'http://localhost')) {
    throw new NetsondeError('bad_request', text('server.no_http'), { status: 400 });
  }
  return new URL(target, 'http://localhost');
}

function refuseSocket(socket: Duplex, thrown: unknown, language: Language): void {
  const { status } = asNetsondeError(thrown);
  const body = JSON.stringify(failure(thrown, language));
  const head = [
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? 'Refused'}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

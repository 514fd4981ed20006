import { Server as LegacyServer } from '@modelcontextprotocol/sdk/server/index.js';
import { Server as ModernServer } from '@modelcontextprotocol/server';
import { answerRequest, INSTRUCTIONS, TOOL_METHODS, type ToolCaller } from './handlers';

export interface ServerIdentity {
  version: string;
}

/**
 * What the middleware knows about an HTTP request, carried through the SDK in its `authInfo`: the only value it hands
 * to a handler untouched.
 */
export interface Exchange {
  caller: ToolCaller;
  /** Aborts when the response can reach nobody any more; the 1.x SDK itself aborts on `notifications/cancelled` only. */
  closed: AbortSignal;
  /** False while the client reads more slowly than it is written to: progress is left out then. */
  hasRoom: () => boolean;
  /** Of the JSON-RPC request in the body. */
  method: string | undefined;
}

interface CarriedExchange {
  token: string;
  clientId: string;
  scopes: string[];
  extra: { exchange: Exchange };
}

export function carryExchange(exchange: Exchange): CarriedExchange {
  return { token: '', clientId: '', scopes: [], extra: { exchange } };
}

function carriedExchange(authInfo: { extra?: Record<string, unknown> } | undefined): Exchange {
  // Ours on every request: the route passes carryExchange() and nothing else.
  const exchange = authInfo?.extra?.exchange as Exchange | undefined;
  if (!exchange) throw new Error('A request reached the MCP server without passing the middleware.');
  return exchange;
}

const about = ({ version }: ServerIdentity) => ({ name: 'netsonde', title: 'Netsonde', version });
const options = { capabilities: { tools: {} }, instructions: INSTRUCTIONS };

/** A server for one session of the 2025 revisions. */
export function createLegacyServer(identity: ServerIdentity): LegacyServer {
  const server = new LegacyServer(about(identity), options);
  server.fallbackRequestHandler = (request, extra) => {
    const { caller, closed, hasRoom } = carriedExchange(extra.authInfo);
    return answerRequest(request, caller, {
      signal: AbortSignal.any([extra.signal, closed]),
      notify: extra.sendNotification,
      hasRoom,
    });
  };
  return server;
}

/** A server for one request of 2026-07-28. */
export function createModernServer(
  identity: ServerIdentity,
  authInfo: { extra?: Record<string, unknown> } | undefined,
): ModernServer {
  const { caller, closed, hasRoom, method } = carriedExchange(authInfo);
  const server = new ModernServer(about(identity), options);
  // Without a handler the SDK itself refuses the method, with the 404 that this revision asks for.
  if (method !== undefined && TOOL_METHODS.has(method)) answerTools(server, caller, { closed, hasRoom });
  return server;
}

/** A server for one connection on stdin and stdout, of either era. */
export function createStdioServer(identity: ServerIdentity, caller: ToolCaller): ModernServer {
  const server = new ModernServer(about(identity), options);
  answerTools(server, caller, { closed: new AbortController().signal, hasRoom: () => true });
  return server;
}

function answerTools(server: ModernServer, caller: ToolCaller, { closed, hasRoom }: Pick<Exchange, 'closed' | 'hasRoom'>): void {
  server.fallbackRequestHandler = (request, { mcpReq }) =>
    answerRequest(request, caller, {
      signal: AbortSignal.any([mcpReq.signal, closed]),
      notify: notification => mcpReq.notify(notification),
      hasRoom,
    });
}

import type { IncomingMessage } from 'node:http';
import type { BridgeMessage, BridgeRequest, StreamMap, StreamName, ToolReply } from '@shared/bridge';
import { ERROR_CODES, NetsondeError } from '@shared/errors';
import { joinParts } from '@shared/event-parts';
import { sanitizeUntrusted } from '@shared/sanitize';
import { type Language, text } from '@shared/text/index';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { CallOptions } from '../engine/tool';
import { AS_USER_HEADER } from './http/guard';
import type { RunningServer } from './runtime-file';

const HANDSHAKE_TIMEOUT_MS = 3_000;
/** An envelope that refuses is a few hundred bytes; more of it is not ours. */
const MAX_REFUSAL_CHARACTERS = 16 * 1024;

export type ServerAddress = Pick<RunningServer, 'url' | 'token'>;

/** One connection to a running server, over the frames of the interface: with progress and cancel. */
export interface ServerConnection {
  readonly url: string;
  readonly isOpen: boolean;
  /**
   * A cancelled call ends with the server's reply, which holds what was measured till then.
   * @throws NetsondeError cancelled before it was sent, or unreachable when the connection ends before the reply
   */
  call(name: string, input: unknown, options: CallOptions): Promise<ToolReply<unknown>>;
  /**
   * Begins with a snapshot. After events were lost because this reader was slow, another snapshot follows.
   * @returns stops listening
   */
  subscribe<Name extends StreamName>(
    stream: Name,
    params: StreamMap[Name]['params'],
    onEvent: (event: StreamMap[Name]['event']) => void,
    onRefused?: (error: NetsondeError) => void,
  ): () => void;
  onClose(listener: () => void): void;
  close(): void;
}

interface Subscription {
  onEvent: (event: unknown) => void;
  onRefused: ((error: NetsondeError) => void) | undefined;
  /** Of the event that is being received. */
  parts: unknown[];
}

interface OpenCall {
  onProgress: CallOptions['onProgress'];
  resolve: (reply: ToolReply<unknown>) => void;
  reject: (error: NetsondeError) => void;
}

/**
 * @param language of replies and refusals
 * @param options `asUser`: reaches the interface's own tools, with the main token
 * @throws NetsondeError unreachable when nobody answers in time, or what the server says when it lets us not in
 */
export async function connectToServer(
  { url, token }: ServerAddress,
  language: Language,
  options: { asUser?: boolean | undefined } = {},
): Promise<ServerConnection> {
  const socket = await openSocket(url, token, language, options.asUser ?? false);
  const calls = new Map<number, OpenCall>();
  const subscriptions = new Map<number, Subscription>();
  let lastId = 0;

  socket.on('message', data => {
    // Frames of a server that knows the token, of this version or another of the same bridge.
    const message = JSON.parse((data as Buffer).toString('utf8')) as BridgeMessage;
    const call = calls.get(message.id);
    if (message.kind === 'progress') call?.onProgress?.(message.progress);
    else if (message.kind === 'reply') {
      calls.delete(message.id);
      call?.resolve(message.reply);
    } else receive(message);
  });
  socket.on('close', () => {
    for (const { reject } of calls.values()) reject(unreachable(url));
    calls.clear();
  });
  const send = (request: BridgeRequest): void => socket.send(JSON.stringify(request));
  const isOpen = (): boolean => socket.readyState === socket.OPEN;

  const receive = (message: Extract<BridgeMessage, { kind: 'event' | 'problem' }>): void => {
    const subscription = subscriptions.get(message.id);
    if (!subscription) return;
    if (message.kind === 'event') {
      subscription.parts.push(message.event);
      if (message.more) return;
      subscription.onEvent(joinParts(subscription.parts));
      subscription.parts = [];
    } else if (message.dropped === undefined) {
      subscriptions.delete(message.id);
      subscription.onRefused?.(new NetsondeError(message.code, sanitizeUntrusted(message.message)));
    } else subscription.parts = [];
  };

  return {
    url,
    get isOpen() {
      return isOpen();
    },
    async call(name, input, { signal, onProgress }) {
      if (signal?.aborted) throw new NetsondeError('cancelled', text('error.cancelled'));
      if (!isOpen()) throw unreachable(url);
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<ToolReply<unknown>>();
      const cancel = (): void => {
        if (isOpen()) send({ kind: 'cancel', id });
      };
      calls.set(id, { onProgress, resolve, reject });
      signal?.addEventListener('abort', cancel, { once: true });
      send({ kind: 'call', id, tool: name, input, language });
      return promise.finally(() => signal?.removeEventListener('abort', cancel));
    },
    subscribe(stream, params, onEvent, onRefused) {
      const id = ++lastId;
      // A server that knows the token sends what StreamMap says.
      subscriptions.set(id, { onEvent: onEvent as (event: unknown) => void, onRefused, parts: [] });
      if (isOpen()) send({ kind: 'subscribe', id, stream, params });
      return () => {
        if (subscriptions.delete(id) && isOpen()) send({ kind: 'unsubscribe', id });
      };
    },
    onClose: listener => void socket.once('close', listener),
    close: () => socket.terminate(),
  };
}

/** Nobody answers there: what was tried, and what to do. */
export function unreachable(url: string, cause?: unknown): NetsondeError {
  return new NetsondeError('unreachable', text('cli.unreachable', { url }), {
    hint: text('cli.unreachable_hint', { url }),
    cause,
  });
}

function openSocket(url: string, token: string, language: Language, asUser: boolean): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const endpoint = new URL('/ws', url);
  endpoint.protocol = endpoint.protocol.replace('http', 'ws');
  const socket = new WebSocket(endpoint, {
    headers: { authorization: `Bearer ${token}`, 'accept-language': language, ...(asUser && { [AS_USER_HEADER]: '1' }) },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
  });
  socket.once('open', () => resolve(socket));
  socket.on('error', cause => reject(unreachable(url, cause))); // once it is open, 'close' follows and ends what is under way
  socket.once('unexpected-response', (_request, response) => {
    void refusalOf(response, url)
      .then(reject)
      .finally(() => socket.terminate()); // else it is kept alive for a next request
  });
  return promise;
}

const refusal = z.object({ message: z.string(), error: z.object({ code: z.enum(ERROR_CODES), hint: z.string() }) });

/** Every route of ours answers the envelope, errors included (tool-contract section 5); anything else is another program. */
async function refusalOf(response: IncomingMessage, url: string): Promise<NetsondeError> {
  let body = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      body += String(chunk);
      if (body.length > MAX_REFUSAL_CHARACTERS) break;
    }
    const { message, error } = refusal.parse(JSON.parse(body));
    return new NetsondeError(error.code, sanitizeUntrusted(message), { hint: sanitizeUntrusted(error.hint) });
  } catch (cause) {
    return new NetsondeError('unreachable', text('cli.unhealthy', { url, status: response.statusCode ?? 0 }), {
      hint: text('cli.unreachable_hint', { url }),
      cause,
    });
  }
}

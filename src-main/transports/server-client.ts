import type { BridgeMessage, BridgeRequest, ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { type Language, text } from '@shared/text/index';
import { WebSocket } from 'ws';
import type { CallOptions } from '../engine/tool';
import type { RunningServer } from './runtime-file';

const HANDSHAKE_TIMEOUT_MS = 3_000;

/** One connection to a running server, over the frames of the interface: with progress and cancel. */
export interface ServerConnection {
  readonly url: string;
  readonly isOpen: boolean;
  /** @throws NetsondeError cancelled, or unreachable when the connection ends before the reply */
  call(name: string, input: unknown, language: Language, options: CallOptions): Promise<ToolReply<unknown>>;
  close(): void;
}

interface OpenCall {
  onProgress: CallOptions['onProgress'];
  resolve: (reply: ToolReply<unknown>) => void;
  reject: (error: NetsondeError) => void;
}

/** @returns null when nobody lets us in: refused, timed out, or the token was renewed meanwhile */
export async function connectToServer({ url, token }: RunningServer): Promise<ServerConnection | null> {
  const socket = new WebSocket(new URL('/ws', url.replace('http', 'ws')), {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    perMessageDeflate: false,
  });
  const calls = new Map<number, OpenCall>();
  let lastId = 0;
  const opened = await new Promise<boolean>(resolve => {
    socket.once('open', () => resolve(true));
    socket.on('error', () => resolve(false)); // 'close' follows and ends what is under way
  });
  if (!opened) return null;

  socket.on('message', data => {
    // Frames of our own server, which has proved itself, of this version or another of the same bridge.
    const message = JSON.parse((data as Buffer).toString('utf8')) as BridgeMessage;
    const call = calls.get(message.id);
    if (message.kind === 'progress') call?.onProgress?.(message.progress);
    else if (message.kind === 'reply') {
      calls.delete(message.id);
      call?.resolve(message.reply);
    }
  });
  socket.on('close', () => {
    for (const { reject } of calls.values())
      reject(new NetsondeError('unreachable', text('cli.unreachable', { url }), { hint: text('cli.unreachable_hint', { url }) }));
    calls.clear();
  });
  const send = (request: BridgeRequest): void => socket.send(JSON.stringify(request));

  return {
    url,
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    async call(name, input, language, { signal, onProgress }) {
      if (signal?.aborted) throw new NetsondeError('cancelled', text('error.cancelled'));
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<ToolReply<unknown>>();
      const cancel = (): void => {
        calls.delete(id);
        if (socket.readyState === socket.OPEN) send({ kind: 'cancel', id });
        reject(new NetsondeError('cancelled', text('error.cancelled')));
      };
      calls.set(id, { onProgress, resolve, reject });
      signal?.addEventListener('abort', cancel, { once: true });
      send({ kind: 'call', id, tool: name, input, language });
      return promise.finally(() => signal?.removeEventListener('abort', cancel));
    },
    close: () => socket.terminate(),
  };
}

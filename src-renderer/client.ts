import type {
  Bridge,
  BridgeMessage,
  BridgePort,
  BridgeRequest,
  Progress,
  StreamMap,
  StreamName,
  ToolReply,
} from '@shared/bridge';
import { joinParts } from '@shared/event-parts';

/** What the page knows about its engine. In Electron the link cannot be lost while the window lives. */
export interface LinkState {
  state: 'connecting' | 'open' | 'lost';
  since_ms: number;
  /** When the next try starts; null while connected or trying. */
  next_try_ms: number | null;
}

export interface Client extends Bridge {
  /** Told at once, then on every change. */
  onLink(listener: (link: LinkState) => void): () => void;
  /** Try to connect now instead of at next_try_ms. */
  retry: () => void;
}

interface PendingCall {
  resolve: (reply: ToolReply<unknown>) => void;
  onProgress?: ((progress: Progress) => void) | undefined;
  release: () => void;
}

interface Subscription {
  stream: StreamName;
  params: unknown;
  onEvent: (event: unknown) => void;
  /** Of an event that goes on in the next message. */
  parts: unknown[];
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;

function refusal(code: 'cancelled' | 'unreachable', message: string): ToolReply<unknown> {
  return { success: false, message, data: null, error: { code, hint: '' } };
}

/** What carries frames. `close` may follow at any time; the client then opens it again. */
export type OpenPipe = (on: {
  open: () => void;
  message: (message: BridgeMessage) => void;
  close: () => void;
}) => (request: BridgeRequest) => void;

/**
 * The two verbs over frames: opens the pipe again with growing pauses and renews every subscription, so that a page
 * that listens needs to know nothing about it. Calls under way when the link breaks fail with `unreachable`.
 */
export function createClient(openPipe: OpenPipe, language: () => string): Client {
  const calls = new Map<number, PendingCall>();
  const subscriptions = new Map<number, Subscription>();
  const listeners = new Set<(link: LinkState) => void>();
  /** Calls made before the link stood, sent when it stands. */
  const waiting: BridgeRequest[] = [];
  let link: LinkState = { state: 'connecting', since_ms: Date.now(), next_try_ms: null };
  /** Sends a frame; undefined while there is no open pipe. */
  let pipe: ((request: BridgeRequest) => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_RETRY_MS;
  let lastId = 0;

  function setLink(next: Omit<LinkState, 'since_ms'>): void {
    const since_ms = next.state === link.state ? link.since_ms : Date.now();
    link = { ...next, since_ms };
    for (const listener of listeners) listener(link);
  }

  function send(request: BridgeRequest): boolean {
    pipe?.(request);
    return pipe !== undefined;
  }

  function settle(id: number, reply: ToolReply<unknown>): void {
    const call = calls.get(id);
    if (!call) return;
    calls.delete(id);
    call.release();
    call.resolve(reply);
  }

  function receive(message: BridgeMessage): void {
    switch (message.kind) {
      case 'reply':
        return settle(message.id, message.reply);
      case 'progress':
        return calls.get(message.id)?.onProgress?.(message.progress);
      case 'event':
        return receiveEvent(message);
      case 'problem':
        return console.warn(`${subscriptions.get(message.id)?.stream ?? 'stream'}: ${message.message}`);
    }
  }

  function receiveEvent({ id, event, more }: Extract<BridgeMessage, { kind: 'event' }>): void {
    const subscription = subscriptions.get(id);
    if (!subscription) return;
    subscription.parts.push(event);
    if (!more) subscription.onEvent(joinParts(subscription.parts.splice(0)));
  }

  function connect(): void {
    clearTimeout(timer);
    timer = undefined;
    if (link.state === 'lost') setLink({ state: 'lost', next_try_ms: null });
    const opened = openPipe({
      open() {
        // Not before openPipe has returned: a pipe that is open at once calls this later all the same.
        pipe = opened;
        pauseMs = FIRST_RETRY_MS;
        setLink({ state: 'open', next_try_ms: null });
        for (const [id, { stream, params, parts }] of subscriptions) {
          parts.length = 0; // the rest of them was lost with the old pipe
          send({ kind: 'subscribe', id, stream, params });
        }
        for (const request of waiting.splice(0)) send(request);
      },
      message: receive,
      close() {
        pipe = undefined;
        waiting.length = 0;
        for (const id of calls.keys()) settle(id, refusal('unreachable', 'The connection to Netsonde was lost.'));
        setLink({ state: 'lost', next_try_ms: Date.now() + pauseMs });
        timer = setTimeout(connect, pauseMs);
        pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS);
      },
    });
  }
  connect();

  return {
    call(tool, input, { signal, onProgress } = {}) {
      return new Promise(resolve => {
        if (signal?.aborted) return resolve(refusal('cancelled', 'The call was cancelled.'));
        const id = ++lastId;
        const request: BridgeRequest = { kind: 'call', id, tool, input, language: language() };
        const abort = (): void => {
          if (!send({ kind: 'cancel', id })) settle(id, refusal('cancelled', 'The call was cancelled.'));
        };
        signal?.addEventListener('abort', abort, { once: true });
        calls.set(id, { resolve, onProgress, release: () => signal?.removeEventListener('abort', abort) });
        if (send(request)) return;
        if (link.state === 'lost') settle(id, refusal('unreachable', 'The connection to Netsonde was lost.'));
        else waiting.push(request);
      });
    },
    subscribe<Name extends StreamName>(
      stream: Name,
      params: StreamMap[Name]['params'],
      onEvent: (event: StreamMap[Name]['event']) => void,
    ) {
      const id = ++lastId;
      // The id ties the event to this stream, so its type is the stream's.
      subscriptions.set(id, { stream, params, onEvent: event => onEvent(event as StreamMap[Name]['event']), parts: [] });
      send({ kind: 'subscribe', id, stream, params });
      return () => {
        if (subscriptions.delete(id)) send({ kind: 'unsubscribe', id });
      };
    },
    onLink(listener) {
      listeners.add(listener);
      listener(link);
      return () => listeners.delete(listener);
    },
    retry() {
      if (link.state === 'lost' && timer !== undefined) connect();
    },
  };
}

/** A browser's pipe to `netsonde serve`. */
export const openSocket =
  (url: string): OpenPipe =>
  on => {
    const socket = new WebSocket(url);
    socket.onopen = () => on.open();
    // The engine of the same build made the frame; its schema is kept by the compiler on both sides.
    socket.onmessage = event => on.message(JSON.parse(String(event.data)) as BridgeMessage);
    socket.onclose = () => on.close();
    return request => socket.send(JSON.stringify(request));
  };

/** The desktop app's pipe: always there while the window lives. */
export const openPort =
  (port: BridgePort): OpenPipe =>
  on => {
    port.listen(on.message);
    queueMicrotask(on.open);
    return request => port.send(request);
  };

declare global {
  interface Window {
    /** Set by the preload script in Electron, absent in a browser. */
    netsonde?: BridgePort;
  }
}

let shared: Client | undefined;

/** The one client of this window. */
export function client(): Client {
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
  shared ??= createClient(
    window.netsonde ? openPort(window.netsonde) : openSocket(url),
    () => document.documentElement.lang || 'en',
  );
  return shared;
}

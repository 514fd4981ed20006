import type { BridgeMessage } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { partsOf } from '@shared/event-parts';
import { LANGUAGES, text, translate } from '@shared/text/index';
import { z } from 'zod';
import type { Engine } from '../engine/create-engine';
import type { Stop } from '../engine/services/stream';
import { type Caller, failure } from '../engine/tool';

const MAX_SUBSCRIPTIONS = 64;
const id = z.int().min(0);
const bridgeRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    id,
    tool: z.string().max(128),
    input: z.unknown().optional(),
    language: z.enum(LANGUAGES).optional().catch(undefined),
  }),
  z.strictObject({ kind: z.literal('cancel'), id }),
  z.strictObject({ kind: z.literal('subscribe'), id, stream: z.string().max(128), params: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('unsubscribe'), id }),
]);

export interface BridgeSessionOptions {
  engine: Engine;
  caller: Caller;
  send: (message: BridgeMessage) => void;
  /** False while the reader is too slow: events are then dropped, counted, and followed by a fresh snapshot. */
  hasRoom?: () => boolean;
}

export interface BridgeSession {
  /** @throws ZodError when the frame is none of BridgeRequest: the door closes the connection */
  receive(raw: unknown): void;
  /** The reader has caught up: what was begun goes on, streams that lost events begin anew. */
  drained(): void;
  /** Cancels every call and ends every subscription. */
  close(): void;
}

interface Subscription {
  stream: string;
  params: unknown;
  stop: Stop;
  /** What is left of the event that is being sent. */
  parts: unknown[];
  /** Events lost since the reader fell behind; the stream rests meanwhile. */
  dropped: number;
}

/** One page: the frames of BridgeRequest and BridgeMessage, the same over a WebSocket and over Electron IPC. */
export function createBridgeSession({ engine, caller, send, hasRoom = () => true }: BridgeSessionOptions): BridgeSession {
  const calls = new Map<number, AbortController>();
  const subscriptions = new Map<number, Subscription>();
  let closed = false;

  const call = async (callId: number, tool: string, input: unknown, language: Caller['language']): Promise<void> => {
    const abort = new AbortController();
    calls.set(callId, abort);
    const reply = await engine.call(
      tool,
      input,
      { ...caller, language },
      {
        signal: abort.signal,
        onProgress: progress => {
          if (!closed && hasRoom()) send({ kind: 'progress', id: callId, progress });
        },
      },
    );
    // Closed meanwhile, or the id was given to a newer call: nobody waits for this one.
    if (calls.get(callId) !== abort) return;
    calls.delete(callId);
    send({ kind: 'reply', id: callId, reply });
  };

  const listen = (subscriptionId: number, subscription: Subscription): void => {
    subscription.stop = engine.subscribe(subscription.stream, subscription.params, event => {
      if (closed || subscriptions.get(subscriptionId) !== subscription) return;
      if (subscription.dropped > 0 || subscription.parts.length > 0 || !hasRoom()) subscription.dropped++;
      else {
        subscription.parts = partsOf(event);
        sendParts(subscriptionId, subscription);
      }
    });
  };

  /** As many as the reader has room for; an event once begun is never broken off. */
  const sendParts = (subscriptionId: number, { parts }: Subscription): void => {
    while (parts.length > 0 && hasRoom()) {
      const event = parts.shift();
      send({ kind: 'event', id: subscriptionId, event, ...(parts.length > 0 && { more: true }) });
    }
  };

  const problem = (subscriptionId: number, thrown: unknown, dropped?: number): void => {
    const { message, error } = failure(thrown, caller.language);
    send({ kind: 'problem', id: subscriptionId, code: error.code, message, ...(dropped !== undefined && { dropped }) });
  };

  return {
    receive(raw) {
      const request = bridgeRequest.parse(raw);
      if (closed) return;
      switch (request.kind) {
        case 'call':
          // An id in use again: the older call could not be answered apart from the newer one.
          calls.get(request.id)?.abort();
          void call(request.id, request.tool, request.input, request.language ?? caller.language);
          return;
        case 'cancel':
          calls.get(request.id)?.abort();
          return;
        case 'subscribe': {
          subscriptions.get(request.id)?.stop();
          const subscription: Subscription = {
            stream: request.stream,
            params: request.params,
            stop: () => {},
            parts: [],
            dropped: 0,
          };
          subscriptions.set(request.id, subscription);
          try {
            if (subscriptions.size > MAX_SUBSCRIPTIONS)
              throw new NetsondeError('busy', text('server.too_many_streams', { limit: MAX_SUBSCRIPTIONS }));
            listen(request.id, subscription);
          } catch (thrown) {
            subscriptions.delete(request.id);
            problem(request.id, thrown);
          }
          return;
        }
        case 'unsubscribe':
          subscriptions.get(request.id)?.stop();
          subscriptions.delete(request.id);
      }
    },
    drained() {
      if (closed) return;
      for (const [subscriptionId, subscription] of subscriptions) {
        sendParts(subscriptionId, subscription);
        if (subscription.parts.length > 0 || subscription.dropped === 0 || !hasRoom()) continue;
        const { dropped } = subscription;
        subscription.stop();
        subscription.dropped = 0;
        send({
          kind: 'problem',
          id: subscriptionId,
          code: 'busy',
          message: translate(text('server.dropped', { count: dropped }), caller.language),
          dropped,
        });
        try {
          listen(subscriptionId, subscription); // begins with a snapshot
        } catch (thrown) {
          subscriptions.delete(subscriptionId);
          problem(subscriptionId, thrown);
        }
      }
    },
    close() {
      closed = true;
      for (const abort of calls.values()) abort.abort();
      for (const { stop } of subscriptions.values()) stop();
      calls.clear();
      subscriptions.clear();
    },
  };
}

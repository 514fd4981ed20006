import { finished, PassThrough, type Readable, type Writable } from 'node:stream';
import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

/** A longer line is no call; the SDK then ends the connection. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** What `printf … | netsonde mcp` asked for is still answered if it takes no longer; the shortest look at traffic takes 3 s. */
const LAST_ANSWERS_MS = 5_000;

export interface StdioPipe {
  transport: Transport;
  /** Over: end of input and its last answers given, a broken pipe or a line beyond the limit. */
  ended: Promise<void>;
}

/**
 * The SDK's transport ends at the end of input and drops what it has not answered by then. This one tells it of the end
 * only when every request is answered, or after `lastAnswersMs`.
 */
export function createStdioPipe(stdin: Readable, stdout: Writable, lastAnswersMs: number = LAST_ANSWERS_MS): StdioPipe {
  const ended = Promise.withResolvers<void>();
  const input = new PassThrough();
  const inner = new StdioServerTransport(input, stdout, { maxBufferSize: MAX_LINE_BYTES });
  const unanswered = new Set<RequestId>();
  let endOfInput = false;
  let limit: NodeJS.Timeout | undefined;

  const endIfAnswered = (): void => {
    if (endOfInput && unanswered.size === 0) input.end();
  };
  stdin.pipe(input, { end: false });
  const stopWatching = finished(stdin, { writable: false }, error => {
    if (error) transport.onerror?.(error);
    limit = setTimeout(() => input.end(), lastAnswersMs);
    noteEnd();
  });
  const noteEnd = (): void => {
    if (input.destroyed) return;
    // What was read last may still be on its way through `input`: a turn or two, as nothing holds it up.
    if (input.readableLength + input.writableLength > 0) {
      setImmediate(noteEnd);
      return;
    }
    endOfInput = true;
    endIfAnswered();
  };

  const transport: Transport = {
    async start() {
      inner.onmessage = (message: JSONRPCMessage) => {
        const cancelled = cancelledBy(message);
        if (cancelled !== undefined) unanswered.delete(cancelled);
        if ('method' in message && 'id' in message) unanswered.add(message.id);
        transport.onmessage?.(message);
        endIfAnswered();
      };
      inner.onerror = error => transport.onerror?.(error);
      inner.onclose = () => {
        clearTimeout(limit);
        stopWatching();
        stdin.unpipe(input).pause(); // a paused stdin keeps no process alive
        input.destroy();
        transport.onclose?.();
        ended.resolve();
      };
      await inner.start();
    },
    async send(message) {
      await inner.send(message);
      if ('method' in message || message.id === undefined) return;
      unanswered.delete(message.id);
      endIfAnswered();
    },
    close: () => inner.close(),
  };
  return { transport, ended: ended.promise };
}

/** A cancelled request gets no answer. */
function cancelledBy(message: JSONRPCMessage): RequestId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  const id = message.params?.requestId;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

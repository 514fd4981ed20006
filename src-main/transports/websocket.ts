import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Language } from '@shared/text/index';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Engine } from '../engine/create-engine';
import { type BridgeSession, createBridgeSession } from './bridge-session';
import { callerOf, type Visitor } from './http/guard';

const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A reader this far behind gets no further events; half of it must be read before they begin anew. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Replies are never dropped, so a reader that asks on and reads nothing is cut off. */
const CUT_BUFFERED_BYTES = 8 * 1024 * 1024;
const PING_EVERY_MS = 30_000;

const CLOSE_GOING_AWAY = 1001;
const CLOSE_INVALID_DATA = 1007;
const CLOSE_POLICY = 1008;
const CLOSE_TRY_LATER = 1013;

export interface WebSocketDoor {
  /** After the guard let the request in. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, visitor: Visitor, language: Language): void;
  /** Ends the connections whose token or session is no longer good. */
  recheck(stillWelcome: (request: IncomingMessage) => boolean): void;
  close(): void;
}

/** The interface in a browser: the same frames as over Electron IPC. */
export function createWebSocketDoor(engine: Engine): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const sockets = new Map<WebSocket, IncomingMessage>();
  const unanswered = new WeakSet<WebSocket>();

  // A page that sleeps or a cable that was pulled sends no FIN: without pings its streams would run for ever.
  const pings = setInterval(() => {
    for (const socket of sockets.keys()) {
      if (unanswered.has(socket)) socket.terminate();
      else {
        unanswered.add(socket);
        socket.ping();
      }
    }
  }, PING_EVERY_MS);
  pings.unref();

  const serve = (socket: WebSocket, request: IncomingMessage, visitor: Visitor, language: Language): void => {
    sockets.set(socket, request);
    const session: BridgeSession = createBridgeSession({
      engine,
      // Whoever comes with a token stays an agent here: settings and tokens are the user's.
      caller: callerOf(visitor, visitor.isUser ? 'interface' : 'rest', language),
      hasRoom: () => socket.bufferedAmount < MAX_BUFFERED_BYTES,
      send(message) {
        if (socket.readyState !== socket.OPEN) return;
        if (socket.bufferedAmount > CUT_BUFFERED_BYTES) return end(CLOSE_TRY_LATER);
        socket.send(JSON.stringify(message), () => {
          if (socket.bufferedAmount < MAX_BUFFERED_BYTES / 2) session.drained();
        });
      },
    });
    const end = (code: number): void => {
      session.close();
      socket.close(code);
    };
    socket.on('message', (data, isBinary) => {
      const frame = isBinary ? undefined : parse(data);
      if (frame === undefined) return end(CLOSE_INVALID_DATA);
      try {
        session.receive(frame);
      } catch {
        end(CLOSE_POLICY); // no frame of ours; what it was is the client's own matter
      }
    });
    socket.on('pong', () => unanswered.delete(socket));
    socket.on('error', () => socket.terminate()); // ws has sent 1002, 1007 or 1009 already
    socket.on('close', () => {
      session.close();
      sockets.delete(socket);
    });
  };

  return {
    accept(request, socket, head, visitor, language) {
      server.handleUpgrade(request, socket, head, opened => serve(opened, request, visitor, language));
    },
    recheck(stillWelcome) {
      for (const [socket, request] of sockets) if (!stillWelcome(request)) socket.close(CLOSE_POLICY);
    },
    close() {
      clearInterval(pings);
      for (const socket of sockets.keys()) {
        socket.close(CLOSE_GOING_AWAY);
        // A reader that does not answer the closing frame must not hold the end of the process.
        socket.terminate();
      }
      server.close();
    },
  };
}

function parse(data: RawData): unknown {
  try {
    // One Buffer: ws gives fragments joined unless told otherwise.
    return JSON.parse((data as Buffer).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

import { TCP_STATES } from '@shared/model/tcp-states';
import type { Socket } from '../sockets/socket';
import type { MadeEvent } from './write-event';

/** A connection as the looks at the table have it. */
interface Seen {
  cookie: number;
  socket: Socket;
  direction: 'outbound' | 'inbound';
  /** Whether the handshake was told of as ended. */
  isConnected: boolean;
  /** null: it was there at the first look. */
  sinceMs: number | null;
  isClosed: boolean;
}

const TCP = 6;
const UDP = 17;
const OPENING = new Set(['SYN_SENT', 'SYN_RECV']);
const GONE = new Set(['TIME_WAIT', 'CLOSE']);
/** The peer's FIN came first. */
const CLOSED_BY_PEER = new Set(['CLOSE_WAIT', 'LAST_ACK']);
/** By the numbers of net/tcp_states.h, as in the kernel's own records. */
const stateNumber = (state: string): number => (TCP_STATES as readonly string[]).indexOf(state) + 1;

/**
 * Events by the differences between two looks at the socket table: what began and ended between them is not seen, and of
 * what is seen the times are those of the looks. The first look tells nothing: those connections are older.
 */
export function createSocketChanges(): (sockets: readonly Socket[], atMs: number) => MadeEvent[] {
  let before: Map<string, Seen> | null = null;
  let listening = new Set<number>();
  let lastCookie = 0;

  return (sockets, atMs) => {
    const events: MadeEvent[] = [];
    const now = new Map<string, Seen>();
    const listeners = new Set(sockets.filter(({ state }) => state === 'LISTEN').map(({ local_port }) => local_port ?? 0));

    for (const socket of sockets) {
      if (socket.foreign_port === null || socket.state === 'LISTEN') continue;
      const key = `${socket.protocol} ${socket.local_ip} ${socket.local_port} ${socket.foreign_ip} ${socket.foreign_port}`;
      const isTcp = socket.protocol.startsWith('TCP');
      const known = before?.get(key);
      const isNewUse = known?.isClosed === true && !GONE.has(socket.state); // the same ends again
      if (known && !isNewUse) {
        const seen = { ...known, socket: withOwner(socket, known.socket) };
        now.set(key, seen);
        if (isTcp) progress(seen, atMs, events);
        continue;
      }
      const local_port = socket.local_port ?? 0;
      const isInbound = isTcp && (socket.state === 'SYN_RECV' || listening.has(local_port) || listeners.has(local_port));
      const seen: Seen = {
        cookie: ++lastCookie,
        socket,
        direction: isInbound ? 'inbound' : 'outbound',
        isConnected: before === null,
        sinceMs: before === null ? null : atMs,
        isClosed: before === null && GONE.has(socket.state),
      };
      now.set(key, seen);
      if (before === null) continue;
      if (!isTcp) events.push(eventOf('udp_flow', seen, atMs));
      else {
        if (!isInbound) events.push(eventOf('connect', seen, atMs));
        progress(seen, atMs, events);
      }
    }
    for (const [key, seen] of before ?? []) {
      if (now.has(key) || seen.isClosed || !seen.isConnected || !seen.socket.protocol.startsWith('TCP')) continue;
      events.push(closed(seen, seen.socket.state, atMs));
    }
    before = now;
    listening = listeners;
    return events;
  };
}

/** TIME_WAIT has no process any more: it was that of the connection. */
function withOwner(socket: Socket, earlier: Socket): Socket {
  return socket.owners?.length
    ? socket
    : {
        ...socket,
        owners: earlier.owners,
        tx_bytes: socket.tx_bytes || earlier.tx_bytes,
        rx_bytes: socket.rx_bytes || earlier.rx_bytes,
      };
}

function progress(seen: Seen, atMs: number, events: MadeEvent[]): void {
  const { state } = seen.socket;
  if (!seen.isConnected && !OPENING.has(state)) {
    seen.isConnected = true;
    events.push(eventOf(seen.direction === 'inbound' ? 'accepted' : 'connected', seen, atMs));
  }
  if (seen.isConnected && !seen.isClosed && GONE.has(state)) {
    seen.isClosed = true;
    events.push(closed(seen, state, atMs));
  }
}

/** Straight from ESTABLISHED nobody knows who ended it: 0. */
function closed(seen: Seen, lastState: string, atMs: number): MadeEvent {
  const by = CLOSED_BY_PEER.has(lastState) ? 'LAST_ACK' : lastState === 'ESTABLISHED' || lastState === 'CLOSE' ? '' : 'FIN_WAIT2';
  return {
    ...eventOf('closed', seen, atMs),
    oldState: stateNumber(by),
    durationMs: seen.sinceMs === null ? 0 : atMs - seen.sinceMs,
    bytesSent: seen.socket.tx_bytes,
    bytesReceived: seen.socket.rx_bytes,
  };
}

function eventOf(kind: MadeEvent['kind'], { cookie, socket, direction }: Seen, atMs: number): MadeEvent {
  const [owner] = socket.owners ?? [];
  return {
    kind,
    atMs,
    cookie,
    direction,
    protocol: socket.protocol.startsWith('TCP') ? TCP : UDP,
    local: { ip: socket.local_ip, port: socket.local_port ?? 0 },
    remote: { ip: socket.foreign_ip, port: socket.foreign_port ?? 0 },
    ...(owner && { pid: owner.pid, program: owner.program }),
  };
}

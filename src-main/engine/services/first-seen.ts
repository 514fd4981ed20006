import type { Socket } from '../collectors/sockets/socket';

export interface Appearance {
  wallMs: number;
  monotonicMs: number;
}

/** When each socket was first seen, null when it was there before the engine looked; by `socketId`. */
export type Appearances = ReadonlyMap<string, Appearance | null>;

/** When each socket of one machine was first seen, as far as it is known. */
export interface FirstSeen {
  /** Takes a whole table; gives what is known of its sockets. */
  note(sockets: readonly Socket[], backend: string, monotonicMs: number, wallMs: number): Appearances;
}

/** With a longer pause between readings, a new socket may have been there for any part of it. */
const UNBROKEN_MS = 3_000;

/** Stable while the socket lives: the kernel's cookie, else its ends and inode. */
export function socketId(socket: Socket): string {
  if (socket.cookie !== null) return `${socket.protocol}:${socket.cookie}`;
  return `${socket.protocol}|${socket.local_ip}:${socket.local_port}|${socket.foreign_ip}:${socket.foreign_port}|${socket.inode ?? ''}`;
}

export function createFirstSeen(): FirstSeen {
  let seen: Appearances = new Map();
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastBackend = '';
  return {
    note(sockets, backend, monotonicMs, wallMs) {
      // Another backend has other ids: its sockets are not new because their names are.
      const unbroken = backend === lastBackend && monotonicMs - lastMs <= UNBROKEN_MS;
      const fresh = unbroken ? { wallMs, monotonicMs } : null;
      const next = new Map<string, Appearance | null>();
      for (const socket of sockets) {
        const id = socketId(socket);
        const known = seen.get(id);
        next.set(id, known === undefined ? fresh : known);
      }
      seen = next;
      lastMs = monotonicMs;
      lastBackend = backend;
      return next;
    },
  };
}

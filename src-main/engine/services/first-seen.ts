import type { Socket } from '../collectors/sockets/socket';

/** When each socket of this machine was first seen, as far as it is known. */
export interface FirstSeen {
  /** Takes a reading; gives the wall-clock ms of each socket's appearance, null when it was there before the engine looked. */
  note(
    sockets: readonly Socket[],
    monotonicMs: number,
    wallMs: number,
  ): ReadonlyMap<string, { wallMs: number; monotonicMs: number } | null>;
}

/** With a longer pause between readings, a new socket may have been there for any part of it. */
const UNBROKEN_MS = 3_000;

/** Stable while the socket lives: the kernel's cookie, else its ends and inode. */
export function socketId(socket: Socket): string {
  if (socket.cookie !== null) return `${socket.protocol}:${socket.cookie}`;
  return `${socket.protocol}|${socket.local_ip}:${socket.local_port}|${socket.foreign_ip}:${socket.foreign_port}|${socket.inode ?? ''}`;
}

export function createFirstSeen(): FirstSeen {
  let seen = new Map<string, { wallMs: number; monotonicMs: number } | null>();
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    note(sockets, monotonicMs, wallMs) {
      const fresh = monotonicMs - lastMs <= UNBROKEN_MS ? { wallMs, monotonicMs } : null;
      const next: typeof seen = new Map();
      for (const socket of sockets) {
        const id = socketId(socket);
        const known = seen.get(id);
        next.set(id, known === undefined ? fresh : known);
      }
      seen = next;
      lastMs = monotonicMs;
      return seen;
    },
  };
}

import { opendirSync, readdirSync, readlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock';

/** Which processes hold which socket, by inode. */
export interface SocketOwners {
  /**
   * Pids of the holders of each inode, lowest first; an inode without an entry has none that can be seen.
   * `verify` looks at each descriptor again before it is believed: for answers about few sockets.
   * `complete` says that these are all sockets there are: descriptors of those that are gone are read again.
   */
  find(
    inodes: Iterable<number>,
    options?: { verify?: boolean; complete?: boolean },
  ): Promise<ReadonlyMap<number, readonly number[]>>;
  /** Reads new descriptors ahead of a question, at most 1 % of the time; left out when the last look was too dear. */
  refresh(): Promise<void>;
  /** Processes whose descriptors may not be read by this user, at the last whole walk; null before one. */
  readonly hidden: number | null;
}

export interface OwnersOptions {
  clock: Clock;
  /** Ends a walk under way. */
  signal?: AbortSignal;
  proc?: string;
}

/** The main loop is never held longer than this by a walk. */
const SLICE_MS = 2;
/**
 * A file's descriptor that was closed and opened again as a socket between two walks is only seen by reading every link.
 * For whole tables that may take this share of the time; a question about few sockets may always do it.
 */
const FULL_WALK_DUTY = 0.1;
/** A walk this short is never put off: on most machines a whole one is, and a new listener has its process at once. */
const CHEAP_WALK_MS = 30;
/** Share of the time that looking ahead may take. */
const REFRESH_DUTY = 0.01;
/** How long an inode nobody holds (kernel sockets, other users' ones) is not looked for again. */
const OWNERLESS_FOR_MS = 10_000;
/** A descriptor of a process as one number: pids have 22 bits, descriptors 30 at most. */
const PID_FACTOR = 2 ** 30;

/**
 * Keeps inode → descriptors between answers. Finding owners is the dear part of a socket table (one readlink for each
 * descriptor of each process: 60 ms for 10,000), so only descriptors not seen before, or whose socket is gone, are read,
 * and only when an inode is asked for that is not known. Works in slices: a walk over 100,000 descriptors delays nothing else by more than 2 ms.
 */
export function createSocketOwners({ clock, signal, proc = '/proc' }: OwnersOptions): SocketOwners {
  /** Descriptors of each process: number → inode of the socket, 0 for what is none. */
  const processes = new Map<number, Map<number, number>>();
  const holders = new Map<number, number[]>();
  const ownerless = new Map<number, number>();
  let hidden: number | null = null;
  let nextRefreshMs = 0;
  let nextFullMs = 0;
  /** The sockets there were at the last complete table. */
  let alive = new Set<number>();
  let walking: Promise<void> = Promise.resolve();

  const forget = (pid: number, fd: number, inode: number): void => {
    const left = holders.get(inode)?.filter(holder => holder !== pid * PID_FACTOR + fd);
    if (left?.length) holders.set(inode, left);
    else holders.delete(inode);
  };

  const remember = (pid: number, fds: Map<number, number>, fd: number): void => {
    const before = fds.get(fd);
    const inode = readSocketInode(`${proc}/${pid}/fd/${fd}`);
    if (before === inode) return;
    if (before) forget(pid, fd, before);
    if (inode === null) {
      fds.delete(fd);
      return;
    }
    fds.set(fd, inode);
    if (inode === 0) return;
    const known = holders.get(inode);
    if (known) known.push(pid * PID_FACTOR + fd);
    else holders.set(inode, [pid * PID_FACTOR + fd]);
  };

  const drop = (pid: number): void => {
    for (const [fd, inode] of processes.get(pid) ?? []) if (inode) forget(pid, fd, inode);
    processes.delete(pid);
  };

  /** Reads descriptors until every wanted inode is found. `full`: also those that are known. */
  const walk = async (wanted: Set<number>, full: boolean): Promise<void> => {
    let sliceEndMs = clock.monotonicMs() + SLICE_MS;
    const breathe = async (): Promise<void> => {
      if (clock.monotonicMs() < sliceEndMs) return;
      await nextTurn();
      signal?.throwIfAborted();
      sliceEndMs = clock.monotonicMs() + SLICE_MS;
    };
    const pids = readdirSync(proc)
      .filter(name => /^\d+$/.test(name))
      .map(Number);
    const present = new Set(pids);
    for (const pid of processes.keys()) if (!present.has(pid)) drop(pid);
    // New processes first, then those with few descriptors: a fresh listener is found before a server's thousands are listed.
    pids.sort((a, b) => (processes.get(a)?.size ?? -1) - (processes.get(b)?.size ?? -1));
    let denied = 0;
    for (const pid of pids) {
      const fds = processes.get(pid) ?? new Map<number, number>();
      const seen = new Set<number>();
      try {
        const directory = opendirSync(`${proc}/${pid}/fd`, { bufferSize: 128 });
        try {
          for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
            const fd = Number(entry.name);
            seen.add(fd);
            if (full || !fds.has(fd)) {
              remember(pid, fds, fd);
              const inode = fds.get(fd);
              if (inode) wanted.delete(inode);
            }
            await breathe();
          }
        } finally {
          directory.closeSync();
        }
      } catch (thrown) {
        const code = (thrown as NodeJS.ErrnoException).code; // fs throws ErrnoException only
        if (code === 'EMFILE' || code === 'ENFILE') throw thrown;
        if (code === 'EACCES' || code === 'EPERM') denied++;
        drop(pid); // gone, or not ours: nothing is known about it
        continue;
      }
      for (const [fd, inode] of fds) {
        if (seen.has(fd)) continue;
        if (inode) forget(pid, fd, inode);
        fds.delete(fd);
      }
      processes.set(pid, fds);
      if (wanted.size === 0) return;
    }
    hidden = denied;
  };

  /** The inodes nobody is known to hold and that are worth a walk. */
  const unknown = (inodes: Iterable<number>): Set<number> => {
    const nowMs = clock.monotonicMs();
    const missing = new Set<number>();
    for (const inode of inodes) if (inode > 0 && !holders.has(inode) && (ownerless.get(inode) ?? 0) < nowMs) missing.add(inode);
    return missing;
  };

  const search = async (inodes: readonly number[], always: boolean): Promise<void> => {
    const missing = unknown(inodes);
    if (missing.size === 0) return;
    await walk(missing, false);
    const startedMs = clock.monotonicMs();
    if (missing.size === 0 || (!always && startedMs < nextFullMs)) return;
    await walk(missing, true);
    const endedMs = clock.monotonicMs();
    nextFullMs = endedMs + Math.max(0, endedMs - startedMs - CHEAP_WALK_MS) / FULL_WALK_DUTY;
    for (const [inode, untilMs] of ownerless) if (untilMs < endedMs) ownerless.delete(inode);
    for (const inode of missing) ownerless.set(inode, endedMs + OWNERLESS_FOR_MS);
  };

  /** A descriptor whose socket is gone is most likely another one by now: servers use the lowest free number again. */
  const dropGone = (present: Set<number>): void => {
    for (const inode of alive) {
      if (present.has(inode)) continue;
      for (const holder of holders.get(inode) ?? []) processes.get(Math.floor(holder / PID_FACTOR))?.delete(holder % PID_FACTOR);
      holders.delete(inode);
    }
    alive = present;
  };

  /** Forgets descriptors that are no longer what they were. */
  const check = (inode: number): void => {
    for (const holder of holders.get(inode) ?? []) {
      const pid = Math.floor(holder / PID_FACTOR);
      const fd = holder % PID_FACTOR;
      if (readSocketInode(`${proc}/${pid}/fd/${fd}`) === inode) continue;
      forget(pid, fd, inode);
      processes.get(pid)?.delete(fd);
    }
  };

  return {
    refresh() {
      if (clock.monotonicMs() < nextRefreshMs) return walking;
      const turn = walking.then(async () => {
        const startedMs = clock.monotonicMs();
        await walk(new Set([-1]), false); // an inode that cannot be: nothing ends the walk early
        const endedMs = clock.monotonicMs();
        nextRefreshMs = endedMs + (endedMs - startedMs) / REFRESH_DUTY;
      });
      walking = turn.catch(() => {});
      return turn;
    },
    async find(inodes, { verify = false, complete = false } = {}) {
      const present = new Set(inodes);
      const wanted = [...present];
      if (verify) wanted.forEach(check);
      if (complete) dropGone(present);
      if (unknown(wanted).size > 0) {
        // One walk at a time; who comes later waits and then mostly finds everything known.
        const turn = walking.then(() => search(wanted, verify));
        walking = turn.catch(() => {}); // the caller gets the failure, the next walk does not
        await turn;
      }
      const found = new Map<number, number[]>();
      for (const inode of wanted) {
        const pids = holders.get(inode)?.map(holder => Math.floor(holder / PID_FACTOR));
        if (pids)
          found.set(
            inode,
            [...new Set(pids)].sort((a, b) => a - b),
          );
      }
      return found;
    },
    get hidden() {
      return hidden;
    },
  };
}

/** Inode of the socket behind a descriptor, 0 when it is no socket, null when it is gone. */
function readSocketInode(link: string): number | null {
  try {
    const target = readlinkSync(link);
    return target.startsWith('socket:[') ? Number(target.slice(8, -1)) : 0;
  } catch {
    return null;
  }
}

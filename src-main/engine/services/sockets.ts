import { asNetsondeError, NetsondeError } from '@shared/errors';
import type { Connection } from '@shared/model/connection';
import type { MeasuredSource } from '@shared/model/source';
import { text } from '@shared/text/index';
import { collectWithFallback } from '../collectors/backend';
import { executables, MAIN_THREADS } from '../collectors/processes/executables';
import { helperSockets, readSockets } from '../collectors/sockets/helper';
import { socketBackends } from '../collectors/sockets/index';
import type { Socket } from '../collectors/sockets/socket';
import type { Host } from '../hosts/host';
import type { Clock } from './clock';
import { type Appearances, createFirstSeen, type FirstSeen, socketId } from './first-seen';
import type { ProcessFacts, ProcessTable } from './process-table';
import type { SocketOwners } from './socket-owners';
import type { Users } from './users';

/** A socket with its owner; the contract's row, and what the live table needs. */
export interface OwnedSocket {
  socket: Socket;
  row: Connection;
}

export interface SocketReading {
  sockets: readonly OwnedSocket[];
  source: MeasuredSource;
  firstSeen: Appearances;
  monotonicMs: number;
  wallMs: number;
}

/** A reading without owners. Rows are made when they are looked at: 10,000 of them cost more than reading the table. */
export interface BareReading {
  sockets: readonly Socket[];
  rowOf: (socket: Socket) => Connection;
  source: MeasuredSource;
}

export interface OwnOptions {
  /** Look at each descriptor again: for few sockets. */
  verify?: boolean;
  /** These are all sockets of the host. */
  complete?: boolean;
}

export interface SocketService {
  /** Every TCP and UDP socket of a host, read after the call: callers who come while a reading runs share the next one. */
  read(host: Host, signal?: AbortSignal): Promise<SocketReading>;
  /** The same without looking for owners. */
  readBare(host: Host, signal?: AbortSignal): Promise<BareReading>;
  /** True where owners can be looked up for some sockets alone, after a reading without them. */
  canOwnLater(host: Host): boolean;
  /** Owners and users of sockets that were read elsewhere. */
  own(
    host: Host,
    sockets: readonly Socket[],
    options?: OwnOptions,
  ): Promise<{ sockets: OwnedSocket[]; caveats: MeasuredSource['caveats'] }>;
}

export interface SocketServiceOptions {
  clock: Clock;
  owners: SocketOwners;
  processes: ProcessTable;
  users: Users;
}

export function createSocketService({ clock, owners, processes, users }: SocketServiceOptions): SocketService {
  const turns = new WeakMap<Host, { running: Promise<unknown>; next: Promise<SocketReading> | undefined }>();
  const appearances = new WeakMap<Host, FirstSeen>();
  /** Only this machine's /proc can be walked cheaply; elsewhere the program is asked for owners. */
  const hasCache = (host: Host): boolean => host.kind === 'local' && host.platform === 'linux';

  const own: SocketService['own'] = async (host, sockets, options = {}) => {
    const names = await users.names(host);
    const caveats: MeasuredSource['caveats'] = [];
    let found: Map<number, readonly number[]> = new Map();
    if (hasCache(host)) {
      const inodes = sockets.flatMap(({ inode, owners: told }) => (inode && !told?.length ? [inode] : []));
      try {
        if (inodes.length > 0) found = new Map(await owners.find(inodes, options));
      } catch (thrown) {
        caveats.push(text('source.no_owners', { why: asNetsondeError(thrown).text }));
      }
      if (inodes.length > 0 && owners.hidden && !(await addFromHelper(host, inodes, found)))
        caveats.push(text('source.hidden', { count: owners.hidden }));
    }
    if (!hasCache(host)) await nameMainThreads(host, sockets);
    const facts = new Map<number, ProcessFacts | null>();
    const factsOf = (pid: number): ProcessFacts | null => {
      let known = facts.get(pid);
      if (known === undefined) {
        known = processes.facts(pid);
        facts.set(pid, known);
      }
      return known;
    };
    const owned = sockets.map(socket => {
      if (!hasCache(host)) return { socket, row: rowOf(socket, [], names) };
      const told = socket.owners?.map(({ pid }) => factsOf(pid)).filter(facts => facts !== null);
      const local = told?.length ? told : holdersOf(found.get(socket.inode ?? 0) ?? [], factsOf);
      return { socket, row: rowOf(socket, local, names) };
    });
    return { sockets: owned, caveats };
  };

  const readTable = async (host: Host, askForOwners: boolean, signal?: AbortSignal) => {
    const { rows, source } = await collectWithFallback(socketBackends, host, { owners: askForOwners }, signal);
    const [monotonicMs, wallMs] = [clock.monotonicMs(), clock.wallMs()];
    const known = appearances.get(host) ?? createFirstSeen();
    appearances.set(host, known);
    // The kernel's own table says when a socket was opened, as far as that can be known.
    const firstSeen = source.backend === helperSockets.name ? NEVER : known.note(rows, source.backend, monotonicMs, wallMs);
    const ageOf = (socket: Socket): number | null => {
      if (socket.opened_ms !== null) return Math.max(0, Math.round((wallMs - socket.opened_ms) / 1000));
      const appeared = firstSeen === NEVER ? null : firstSeen.get(socketId(socket));
      return appeared ? Math.round((monotonicMs - appeared.monotonicMs) / 1000) : null;
    };
    return { rows, source, firstSeen, monotonicMs, wallMs, ageOf };
  };

  const readOwned = async (host: Host): Promise<SocketReading> => {
    const { rows, source, ageOf, ...times } = await readTable(host, !hasCache(host));
    const { sockets, caveats } = await own(host, rows, { complete: true });
    for (const { socket, row } of sockets) row.age_s = ageOf(socket);
    return { sockets, source: { ...source, caveats: [...source.caveats, ...caveats] }, ...times };
  };

  /** One reading of a host at a time. It is shared, so no caller's signal may end it; the program has its own time limit. */
  const share = (host: Host): Promise<SocketReading> => {
    const turn = turns.get(host) ?? { running: Promise.resolve(), next: undefined };
    turns.set(host, turn);
    if (!turn.next) {
      const next = turn.running.then(() => {
        turn.next = undefined;
        return readOwned(host);
      });
      turn.next = next;
      turn.running = next.catch(() => {}); // its callers get the failure
    }
    return turn.next;
  };

  return {
    own,
    canOwnLater: hasCache,
    read: (host, signal) => waitFor(share(host), signal),
    async readBare(host, signal) {
      const { rows, source, ageOf } = await readTable(host, false, signal);
      const names = await users.names(host);
      return { sockets: rows, source, rowOf: socket => ({ ...rowOf(socket, [], names), age_s: ageOf(socket) }) };
    },
  };
}

const NEVER: Appearances = new Map();

/** Owners of sockets whose processes this user may not look into, as the privileged helper sees them; false without one. */
async function addFromHelper(host: Host, inodes: readonly number[], found: Map<number, readonly number[]>): Promise<boolean> {
  const unknown = new Set(inodes.filter(inode => !found.get(inode)?.length));
  if (unknown.size === 0) return true;
  const session = host.helper?.state.state === 'ready' ? host.helper.session() : null;
  if (!session) return false;
  for (const { inode, owners } of await readSockets(session)) {
    if (inode && owners?.length && unknown.has(inode))
      found.set(
        inode,
        owners.map(({ pid }) => pid),
      );
  }
  return true;
}

/** On another machine, programs that call themselves by their main thread are named by what they run. */
async function nameMainThreads(host: Host, sockets: readonly Socket[]): Promise<void> {
  const nameless = sockets.flatMap(({ owners }) => owners?.filter(({ program }) => MAIN_THREADS.has(program)) ?? []);
  const names = await executables(host, [...new Set(nameless.map(({ pid }) => pid))]);
  for (const owner of nameless) owner.program = names.get(owner.pid) ?? owner.program;
}

/** The holders that still live, the oldest first: of several it is the one that made the socket. */
function holdersOf(pids: readonly number[], factsOf: (pid: number) => ProcessFacts | null): ProcessFacts[] {
  return pids
    .map(factsOf)
    .filter(facts => facts !== null)
    .sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
}

function rowOf(socket: Socket, holders: readonly ProcessFacts[], names: ReadonlyMap<number, string>): Connection {
  const [owner] = holders;
  const [told] = socket.owners ?? [];
  const count = holders.length || (socket.owners?.length ?? 0);
  return {
    protocol: socket.protocol,
    recv_queue: socket.recv_queue,
    send_queue: socket.send_queue,
    local_ip: socket.local_ip,
    local_port: socket.local_port,
    foreign_ip: socket.foreign_ip,
    foreign_port: socket.foreign_port,
    state: socket.state,
    pid: owner?.pid ?? told?.pid ?? null,
    program: owner?.program ?? told?.program ?? '-',
    attribution: count === 0 ? 'none' : count === 1 ? 'exact' : 'inherited',
    user: socket.uid === null ? null : (names.get(socket.uid) ?? String(socket.uid)),
    container: owner?.container ?? null,
    netns: socket.netns,
    rtt_ms: socket.rtt_ms,
    retransmits: socket.retransmits,
    age_s: null,
  };
}

/** Waits for shared work; the signal ends the wait, not the work. */
function waitFor<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new NetsondeError('cancelled', 'The call was cancelled.'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

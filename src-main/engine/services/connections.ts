import { inRange, parseAddress, parseRange } from '@shared/address';
import { NetsondeError } from '@shared/errors';
import { canonicalState, FIELDS } from '@shared/filter/fields';
import { type Filter, matchesFilter, parseFilter } from '@shared/filter/filter';
import type { Connection, ConnectionList } from '@shared/model/connection';
import type { Measured } from '@shared/model/source';
import { TCP_STATES } from '@shared/model/tcp-states';
import { type Text, text } from '@shared/text/index';
import type { Host } from '../hosts/host';
import type { BareReading, SocketReading, SocketService } from './sockets';

/** What query_network_connections asks. */
export interface ConnectionQuery {
  proto: 'tcp' | 'udp' | 'all';
  state?: string | undefined;
  pid?: number | undefined;
  process_name?: string | undefined;
  local_port?: number | undefined;
  remote_ip?: string | undefined;
  query?: string | undefined;
  include_process: boolean;
  limit: number;
  offset: number;
}

export interface ConnectionService {
  /** @throws NetsondeError invalid_argument for a state, range or filter that cannot be */
  query(host: Host, query: ConnectionQuery, signal?: AbortSignal): Promise<Measured<ConnectionList>>;
}

export function createConnectionService(sockets: SocketService): ConnectionService {
  return {
    async query(host, query, signal) {
      const state = readState(query);
      const filter = query.query === undefined ? null : readFilter(query.query);
      const matches = compile(query, state, filter);
      // 10,000 owners are dear, a page of them is not: all are looked up only when they decide what matches.
      const owners = asksForProcess(query, filter) || (query.include_process && !sockets.canOwnLater(host));
      const reading = owners ? withRows(await sockets.read(host, signal)) : await sockets.readBare(host, signal);
      const { rowOf } = reading;
      const matching = matches ? reading.sockets.filter(socket => matches(rowOf(socket))) : reading.sockets;
      const page = matching.slice(query.offset, query.offset + query.limit);
      // The page is small: its owners are looked at once more, so that no row names a process that has let go.
      const { sockets: verified, caveats } = query.include_process
        ? await sockets.own(host, page, { verify: true })
        : { sockets: page.map(socket => ({ socket, row: rowOf(socket) })), caveats: [] };
      const end = query.offset + page.length;
      const truncated = end < matching.length;
      return {
        host: host.name,
        connection_count: matching.length,
        connections: verified.map(({ socket, row }) => finish(row, rowOf(socket).age_s, query.include_process)),
        filter: {
          proto: query.proto,
          state,
          pid: query.pid ?? null,
          process_name: query.process_name ?? null,
          local_port: query.local_port ?? null,
          remote_ip: query.remote_ip ?? null,
          query: query.query ?? null,
        },
        total: matching.length,
        truncated,
        next_offset: truncated ? end : null,
        source: {
          ...reading.source,
          caveats: [...new Set([...reading.source.caveats, ...caveats, ...ageCaveats(filter, reading)])],
        },
      };
    },
  };
}

/** A reading with owners, looked at like one without. */
function withRows({ sockets, source }: SocketReading): BareReading {
  const rows = new Map(sockets.map(({ socket, row }) => [socket, row]));
  return {
    sockets: sockets.map(({ socket }) => socket),
    rowOf: socket => rows.get(socket) as Connection, // every socket of the reading is in it
    source,
  };
}

function finish(row: Connection, age_s: number | null, includeProcess: boolean): Connection {
  const withAge = { ...row, age_s };
  return includeProcess ? withAge : { ...withAge, pid: null, program: '-', attribution: 'none', container: null };
}

function readState({ state, proto }: ConnectionQuery): string | null {
  if (state === undefined) return null;
  if (proto === 'udp') throw new NetsondeError('invalid_argument', text('connections.state_udp'));
  const known = canonicalState(state);
  if (known === null || known === '-')
    throw new NetsondeError('invalid_argument', text('error.one_of', { name: 'state', list: TCP_STATES.join(', ') }));
  return known;
}

/** Fields of the filter language that look at the process; null is free text, which looks at everything. */
const PROCESS_FIELDS = new Set(['process', 'pid', 'container', null]);

/** Fields of the live table alone. */
const LIVE_FIELDS = new Set(['rx', 'tx']);

/** What cannot be told without somebody who watches: said, because a row without an age matches no comparison. */
function ageCaveats(filter: Filter | null, { sockets, rowOf }: BareReading): Text[] {
  if (!filter?.terms.some(({ field }) => field === 'age')) return [];
  const unknown = sockets.filter(socket => rowOf(socket).age_s === null).length;
  return unknown > 0 ? [text('source.unknown_age', { count: unknown })] : [];
}

function asksForProcess({ pid, process_name }: ConnectionQuery, filter: Filter | null): boolean {
  return (
    pid !== undefined || process_name !== undefined || (filter?.terms.some(({ field }) => PROCESS_FIELDS.has(field)) ?? false)
  );
}

/** null: every row matches. */
function compile(query: ConnectionQuery, state: string | null, filter: Filter | null): ((row: Connection) => boolean) | null {
  const tests: ((row: Connection) => boolean)[] = [];
  const { proto, pid, local_port, process_name, remote_ip } = query;
  if (proto !== 'all') tests.push(row => row.protocol.startsWith(proto.toUpperCase()));
  if (state !== null) tests.push(row => row.state === state && row.protocol.startsWith('TCP'));
  if (pid !== undefined) tests.push(row => row.pid === pid);
  if (local_port !== undefined) tests.push(row => row.local_port === local_port);
  if (process_name !== undefined) {
    const wanted = process_name.toLowerCase();
    tests.push(row => row.program.toLowerCase() === wanted);
  }
  if (remote_ip !== undefined) {
    const range = parseRange(remote_ip);
    if (!range) throw new NetsondeError('invalid_argument', text('connections.remote_ip', { value: remote_ip }));
    tests.push(row => {
      const address = row.foreign_port === null ? null : parseAddress(row.foreign_ip);
      return address !== null && inRange(address, range);
    });
  }
  if (filter) tests.push(row => matchesFilter(filter, row));
  return tests.length > 0 ? row => tests.every(test => test(row)) : null;
}

function readFilter(source: string): Filter {
  const parsed = parseFilter(source);
  if (parsed.ok) {
    const event = parsed.filter.terms.find(({ field }) => field !== null && FIELDS.get(field)?.only === 'events');
    if (event) throw new NetsondeError('invalid_argument', text('connections.events_only', { field: event.field ?? '' }));
    const live = parsed.filter.terms.find(({ field }) => field !== null && LIVE_FIELDS.has(field));
    if (!live) return parsed.filter;
    // One reading has no rates: nothing would match, and look like no traffic.
    throw new NetsondeError('invalid_argument', text('connections.live_only', { field: live.field ?? '' }), {
      hint: text('connections.live_only_hint'),
    });
  }
  throw new NetsondeError('invalid_argument', parsed.message, {
    hint: text('connections.filter_hint', { position: parsed.position + 1 }),
  });
}

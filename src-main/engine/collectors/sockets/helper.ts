import { TCP_STATES } from '@shared/model/tcp-states';
import { eachRecord, readSocket, SOCKET_BYTES, type SocketRecord } from '../../../helper/records';
import type { HelperSession } from '../../../helper/session';
import type { Backend } from '../backend';
import { helperOf } from '../helper-session';
import { anyAddress, type Socket, type SocketOwner, type SocketQuery } from './socket';

/** 10,000 sockets take 10 ms; a machine with a million still answers. */
const TIMEOUT_MS = 10_000;
const NS_PER_MS = 1e6;
const TCP = 6;
const LISTEN = 10;
/** By the numbers of include/net/tcp_states.h; 0 is none. */
const STATES = ['-', ...TCP_STATES] as const;
const ESTABLISHED = 1;

/** Every socket of the machine by BPF iterators: with its processes, in all network namespaces. */
export const helperSockets: Backend<SocketQuery, Socket> = {
  name: 'eBPF',
  privileged: true,
  platforms: ['linux'],
  isOffered: host => host.helper !== null,
  collect: async host => readSockets(await helperOf(host)),
};

/** The table of a helper. A socket that several processes hold is one row with several owners, the surest first. */
export async function readSockets(session: HelperSession): Promise<Socket[]> {
  const { netns } = session.facts;
  const { boot_ns, real_ns } = session.clock;
  const byCookie = new Map<string, { socket: Socket; owners: SocketOwner[] }>();
  const sockets: Socket[] = [];
  const take = (record: SocketRecord): void => {
    // One that is closing names its last user, who holds it no more.
    const owner = record.pid > 0 && record.inode > 0 ? { pid: record.pid, program: record.comm } : null;
    const id = `${record.protocol} ${record.cookie}`;
    const known = record.cookie === '0' ? undefined : byCookie.get(id);
    if (known) {
      if (!owner || known.owners.some(({ pid }) => pid === owner.pid)) return;
      if (record.attribution === EXACT) known.owners.unshift(owner);
      else known.owners.push(owner);
      return;
    }
    const owners = owner ? [owner] : [];
    const socket = toSocket(record, owners, netns, real_ns - boot_ns);
    if (record.cookie !== '0') byCookie.set(id, { socket, owners });
    sockets.push(socket);
  };
  await session.list('sockets', TIMEOUT_MS, eachRecord(SOCKET_BYTES, readSocket, take));
  return sockets;
}

const EXACT = 2;

function toSocket(record: SocketRecord, owners: SocketOwner[], ownNetns: number, bootTimeNs: number): Socket {
  const transport = record.protocol === TCP ? 'TCP' : 'UDP';
  const ipv6 = record.local.includes(':') || record.family === 10;
  const connected = record.remote_port !== 0;
  const counted = record.inode !== 0 && !(record.protocol === TCP && record.state === LISTEN);
  const live = record.protocol === TCP && record.inode !== 0 && record.state !== LISTEN;
  return {
    protocol: ipv6 ? `${transport}6` : transport,
    recv_queue: record.recv_queue,
    send_queue: record.send_queue,
    local_ip: record.local || anyAddress(ipv6),
    local_port: record.local_port || null,
    foreign_ip: connected ? record.remote : anyAddress(ipv6),
    foreign_port: connected ? record.remote_port : null,
    state: transport === 'TCP' ? (STATES[record.state] ?? '-') : record.state === ESTABLISHED ? 'ESTABLISHED' : '-',
    inode: record.inode,
    uid: record.inode === 0 ? null : record.uid,
    cookie: record.cookie === '0' ? null : record.cookie,
    netns: record.netns === ownNetns ? null : record.netns,
    opened_ms: record.opened_ns > 0 ? Math.round((record.opened_ns + bootTimeNs) / NS_PER_MS) : null,
    owners,
    rtt_ms: live && record.rtt_us > 0 ? record.rtt_us / 1000 : null,
    retransmits: live ? record.retransmits : null,
    tx_bytes: counted ? record.bytes_sent : null,
    rx_bytes: counted ? record.bytes_received : null,
  };
}

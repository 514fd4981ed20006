import { TCP_STATES } from '@shared/model/tcp-states';
import { AF_INET6, eachRecord, readName, readSocketAddress, readU64, SOCKET, SOCKET_BYTES } from '../../../helper/records';
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
  const bootTimeNs = real_ns - boot_ns;
  /** A cookie belongs to one socket of the whole machine (Linux 5.10), of any protocol; 0 is none. */
  const byCookie = new Map<number, Socket>();
  /** Most sockets of a process have it as their only owner: they share the list. */
  const alone = new Map<number, readonly SocketOwner[]>();
  const sockets: Socket[] = [];

  const ownersAt = (bytes: Buffer, at: number): readonly SocketOwner[] => {
    const pid = bytes.readUInt32LE(at + SOCKET.pid);
    // One that is closing names its last user, who holds it no more.
    if (pid === 0 || readU64(bytes, at + SOCKET.inode) === 0) return NOBODY;
    let owners = alone.get(pid);
    if (!owners) {
      owners = [{ pid, program: readName(bytes, at + SOCKET.comm) }];
      alone.set(pid, owners);
    }
    return owners;
  };

  const take = (bytes: Buffer, at: number): void => {
    const cookie = readU64(bytes, at + SOCKET.cookie);
    const [owner] = ownersAt(bytes, at);
    const known = cookie === 0 ? undefined : byCookie.get(cookie);
    if (known) {
      const owners = known.owners ?? NOBODY;
      if (!owner || owners.some(({ pid }) => pid === owner.pid)) return;
      known.owners = bytes[at + SOCKET.attribution] === EXACT ? [owner, ...owners] : [...owners, owner];
      return;
    }
    const socket = readSocket(bytes, at, cookie, ownersAt(bytes, at), netns, bootTimeNs);
    if (cookie !== 0) byCookie.set(cookie, socket);
    sockets.push(socket);
  };
  await session.list('sockets', TIMEOUT_MS, eachRecord(SOCKET_BYTES, take));
  return sockets;
}

const NOBODY: readonly SocketOwner[] = [];
const EXACT = 2;

function readSocket(
  bytes: Buffer,
  at: number,
  cookie: number,
  owners: readonly SocketOwner[],
  ownNetns: number,
  bootTimeNs: number,
): Socket {
  const family = bytes[at + SOCKET.family] ?? 0;
  const isTcp = bytes[at + SOCKET.protocol] === TCP;
  const state = bytes[at + SOCKET.state] ?? 0;
  const ipv6 = family === AF_INET6;
  const inode = readU64(bytes, at + SOCKET.inode);
  const netns = bytes.readUInt32LE(at + SOCKET.netns);
  const foreign_port = bytes.readUInt16LE(at + SOCKET.remote_port);
  const opened_ns = readU64(bytes, at + SOCKET.opened_ns);
  const rtt_us = bytes.readUInt32LE(at + SOCKET.rtt_us);
  const counted = inode !== 0 && !(isTcp && state === LISTEN);
  const live = isTcp && counted;
  return {
    protocol: isTcp ? (ipv6 ? 'TCP6' : 'TCP') : ipv6 ? 'UDP6' : 'UDP',
    recv_queue: bytes.readUInt32LE(at + SOCKET.recv_queue),
    send_queue: bytes.readUInt32LE(at + SOCKET.send_queue),
    local_ip: readSocketAddress(bytes, at + SOCKET.local, family) || anyAddress(ipv6),
    local_port: bytes.readUInt16LE(at + SOCKET.local_port) || null,
    foreign_ip: foreign_port === 0 ? anyAddress(ipv6) : readSocketAddress(bytes, at + SOCKET.remote, family),
    foreign_port: foreign_port || null,
    state: isTcp ? (STATES[state] ?? '-') : state === ESTABLISHED ? 'ESTABLISHED' : '-',
    inode,
    uid: inode === 0 ? null : bytes.readUInt32LE(at + SOCKET.uid),
    cookie: cookie || null,
    netns: netns === ownNetns ? null : netns,
    opened_ms: opened_ns > 0 ? Math.round((opened_ns + bootTimeNs) / NS_PER_MS) : null,
    owners,
    rtt_ms: live && rtt_us > 0 ? rtt_us / 1000 : null,
    retransmits: live ? bytes.readUInt32LE(at + SOCKET.retransmits) : null,
    tx_bytes: counted ? readU64(bytes, at + SOCKET.bytes_sent) : null,
    rx_bytes: counted ? readU64(bytes, at + SOCKET.bytes_received) : null,
  };
}

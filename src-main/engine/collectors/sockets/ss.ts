import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../../hosts/host';
import type { Backend } from '../backend';
import { portNumber } from '../ports/service-names';
import { parseOutput, runTool, unreadable } from '../run-tool';
import { procNet } from './proc-net';
import { anyAddress, bareSocket, type Socket, type SocketOwner, type SocketQuery } from './socket';
import { readState } from './states';

export const SS_PACKAGES = { apt: 'iproute2', rpm: 'iproute' };

/** With -e, an ss that finds no control groups looks for them again at every socket, and complains each time: five times slower. */
const NO_CGROUPS = 'Failed to find cgroup2 mount';
const withoutCgroups = new WeakSet<Host>();

/**
 * `ss -tunaeiHO`: everything but the process in 90 ms for 10,000 sockets; `-p` would take 165 ms, for it walks every
 * process each time. The inode cache answers that question here. Where -e is dear, /proc/net tells what it would.
 */
export const ss: Backend<SocketQuery, Socket> = {
  name: 'ss',
  privileged: false,
  platforms: ['linux'],
  async collect(host, { owners }, signal) {
    const read = async (options: string): Promise<{ sockets: Socket[]; stderr: string }> => {
      const { stdout, stderr } = await runTool(host, ['ss', options], SS_PACKAGES, { timeoutMs: 15_000, signal });
      return { sockets: await parseOutput(host, ['ss', '-V'], () => parseSs(stdout, { processes: owners })), stderr };
    };
    if (!withoutCgroups.has(host)) {
      const { sockets, stderr } = await read(owners ? '-tunaeipHO' : '-tunaeiHO');
      if (!stderr.includes(NO_CGROUPS)) return sockets;
      withoutCgroups.add(host); // read once more: the names of sockets must not change from one reading to the next
    }
    const [{ sockets }, known] = await Promise.all([
      read(owners ? '-tunaipHO' : '-tunaiHO'),
      procNet.collect(host, { owners: false }, signal),
    ]);
    return addInodes(sockets, known);
  },
};

/** Inode and user from another table of the same sockets, by their ends; of two that look alike neither is guessed. */
export function addInodes(sockets: readonly Socket[], known: readonly Socket[]): Socket[] {
  const key = (socket: Socket): string =>
    [socket.protocol, socket.local_ip, socket.local_port, socket.foreign_ip, socket.foreign_port].join(' ').replace(/%\S+/g, '');
  const byEnds = new Map<string, Socket | null>();
  for (const each of known) byEnds.set(key(each), byEnds.has(key(each)) ? null : each);
  return sockets.map(socket => {
    const same = byEnds.get(key(socket));
    return same ? { ...socket, inode: same.inode, uid: same.uid } : socket;
  });
}

export interface SsLayout {
  /** What stands where ss leaves the Netid column out (only one of -t and -u asked for). */
  transport?: 'TCP' | 'UDP';
  /** What stands where ss leaves the State column out (a single state asked for). */
  state?: string;
  /** True: a row without users:(…) has no process that could be seen. False: -p was not asked for. */
  processes?: boolean;
}

const TRANSPORTS = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
] as const);
/** Numbers and ends after the Netid and State columns. */
const ROW = /^(\d+)\s+(\d+)\s+(\S+)\s+(\S+)(.*)$/;

/**
 * Parses the table of `ss -tun…` with or without a heading, -p, -e, -i and -O. Skips nothing: a line it cannot read is an
 * error that quotes the line. LISTEN rows have the accept queue in Recv-Q and its limit in Send-Q; the limit is no queue.
 */
export function parseSs(text: string, layout: SsLayout = {}): Socket[] {
  const lines = text.split('\n');
  const heading = /^(?:(Netid)\s+)?(?:(State)\s+)?Recv-Q\s/.exec(lines[0] ?? '');
  const hasNetid = heading ? heading[1] !== undefined : layout.transport === undefined;
  const hasState = heading ? heading[2] !== undefined : layout.state === undefined;
  const sockets: Socket[] = [];
  for (let index = heading ? 1 : 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    // Without -O the details of -i follow on a line of their own, which begins with a tab.
    const details = lines[index + 1]?.startsWith('\t') ? (lines[++index] ?? '') : '';
    sockets.push(readLine(line, details, hasNetid, hasState, layout));
  }
  return sockets;
}

function readLine(line: string, details: string, hasNetid: boolean, hasState: boolean, layout: SsLayout): Socket {
  let rest = line;
  const take = (): string => {
    const end = rest.indexOf(' ');
    const word = end < 0 ? rest : rest.slice(0, end);
    rest = rest.slice(word.length).trimStart();
    return word;
  };
  const transport = hasNetid ? TRANSPORTS.get(take() as 'tcp') : (layout.transport ?? 'TCP'); // an unknown name gives undefined
  const state = hasState ? readState(take()) : (layout.state ?? null);
  const row = ROW.exec(rest);
  if (!transport || state === null || !row) throw unreadable('ss', line);
  const [, recvQueue, sendQueue, local = '', peer = '', more = ''] = row;
  const localEnd = readEnd(local, transport);
  const peerEnd = readEnd(peer, transport);
  if (!localEnd || !peerEnd) throw unreadable('ss', line);
  // A dual-stack listener is printed as *: both ends take the family of the one that tells it.
  const ipv6 = localEnd.ip === '*' || localEnd.ip.includes(':');
  const socket = bareSocket(
    transport,
    {
      local_ip: localEnd.ip.startsWith('*') ? anyAddress(ipv6) + localEnd.ip.slice(1) : localEnd.ip,
      local_port: localEnd.port,
      foreign_ip: peerEnd.ip === '*' ? anyAddress(ipv6) : peerEnd.ip,
      foreign_port: peerEnd.port,
    },
    state,
  );
  socket.recv_queue = Number(recvQueue);
  socket.send_queue = state === 'LISTEN' ? 0 : Number(sendQueue);
  // Names of processes may hold anything, even " ino:5": they are taken out before the rest is read.
  const users = /\susers:\(\((".*",pid=\d+,fd=\d+)\)\)/.exec(more);
  if (users) socket.owners = readUsers(users[1] ?? '');
  else if (layout.processes ?? true) socket.owners = [];
  readExtended(socket, users ? more.replace(users[0], '') : more);
  readTcpInfo(socket, details || more);
  return socket;
}

/** `192.0.2.1:80`, `[fe80::1]%eth0:443`, `*:8443`, `0.0.0.0:*`; null when it is none of these. */
function readEnd(text: string, transport: 'TCP' | 'UDP'): { ip: string; port: number | null } | null {
  const colon = text.lastIndexOf(':');
  if (colon <= 0) return null;
  const ip = text.slice(0, colon).replace('[', '').replace(']', '');
  const port = text.slice(colon + 1);
  if (port === '*') return { ip, port: null };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : portNumber(port, transport);
  return number === null ? null : { ip: sanitizeUntrusted(ip), port: number };
}

/** `"name",pid=1,fd=3),("name",pid=2,fd=3`. A name may hold quotes and brackets, but never `",pid=`digits unescaped at will. */
function readUsers(text: string): SocketOwner[] {
  const owners = new Map<number, SocketOwner>();
  for (const { groups } of text.matchAll(/"(?<program>.*?)",pid=(?<pid>\d+),fd=\d+(?:\),\(|$)/gs)) {
    const pid = Number(groups?.pid);
    if (!owners.has(pid)) owners.set(pid, { pid, program: sanitizeUntrusted(groups?.program ?? '') || '-' });
  }
  return [...owners.values()].sort((a, b) => a.pid - b.pid);
}

/** `uid:33 ino:637354 sk:92da cgroup:/…`: uid is left out for root. */
function readExtended(socket: Socket, text: string): void {
  const inode = /\sino:(\d+)/.exec(text);
  if (!inode) return;
  socket.inode = Number(inode[1]);
  const cookie = /\ssk:([0-9a-f]+)/.exec(text)?.[1];
  socket.cookie = cookie === undefined ? null : Number.parseInt(cookie, 16);
  const uid = /\suid:(\d+)/.exec(text.slice(0, inode.index + 1));
  // TIME_WAIT and accept-queue sockets have no inode, and then no uid that would mean anything.
  socket.uid = uid ? Number(uid[1]) : socket.inode > 0 ? 0 : null;
}

/**
 * What `-i` adds for a TCP socket with a connection. ss leaves zeros out. It begins at the last ` rto:`, since a control
 * group's name comes before and could hold the same words; one search backwards, then forward (10,000 lines are read a second).
 */
function readTcpInfo(socket: Socket, text: string): void {
  if (socket.state === 'LISTEN' || socket.protocol.startsWith('UDP')) return;
  const start = text.lastIndexOf(' rto:');
  if (start < 0) return;
  socket.rtt_ms = numberAfter(text, ' rtt:', start);
  socket.tx_bytes = readSent(text, start);
  socket.rx_bytes = numberAfter(text, ' bytes_received:', start) ?? 0;
  const retransmits = text.indexOf(' retrans:', start); // "now/ever"
  socket.retransmits = retransmits < 0 ? 0 : (numberAfter(text, '/', retransmits) ?? 0);
}

/**
 * Payload the peer acknowledged. The kernel's bytes_acked counts the SYN of the side that connects, and a FIN, as a byte
 * each: no more payload than was sent first can be acknowledged. ss before 5.0 does not tell what was sent.
 */
function readSent(text: string, start: number): number {
  const acked = numberAfter(text, ' bytes_acked:', start) ?? 0;
  const sent = numberAfter(text, ' bytes_sent:', start);
  if (sent === null) return acked <= 2 ? 0 : acked;
  return Math.min(acked, sent - (numberAfter(text, ' bytes_retrans:', start) ?? 0));
}

function numberAfter(text: string, label: string, from: number): number | null {
  const at = text.indexOf(label, from);
  if (at < 0) return null;
  const number = Number.parseFloat(text.slice(at + label.length, at + label.length + 20));
  return Number.isNaN(number) ? null : number;
}

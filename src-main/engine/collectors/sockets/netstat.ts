import { TCP_STATES } from '@shared/model/tcp-states';
import { sanitizeUntrusted } from '@shared/sanitize';
import type { Backend } from '../backend';
import { parseOutput, runTool, unreadable } from '../run-tool';
import { anyAddress, bareSocket, type Socket, type SocketQuery } from './socket';

const PACKAGES = { apt: 'net-tools' };

/** net-tools: -W keeps IPv6 addresses whole; names and inodes come with -p and -e. */
export const netstat: Backend<SocketQuery, Socket> = {
  name: 'netstat',
  privileged: false,
  platforms: ['linux'],
  async collect(host, { owners }, signal) {
    const options = owners ? '-tunapeW' : '-tunaeW';
    const { stdout } = await runTool(host, ['netstat', options], PACKAGES, { timeoutMs: 15_000, signal });
    return parseOutput(host, ['netstat', '-V'], () => parseNetstat(stdout));
  },
};

/** BusyBox as Alpine builds it: -p, neither -W nor inodes. Addresses are whole without -W. */
export const busyboxNetstat: Backend<SocketQuery, Socket> = {
  name: 'netstat (BusyBox)',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const { stdout } = await runTool(host, ['netstat', '-tunap'], PACKAGES, { timeoutMs: 15_000, signal });
    return parseOutput(host, ['netstat', '--help'], () => parseNetstat(stdout));
  },
};

/** BusyBox built without -p (Debian's): no process is known. */
export const busyboxNetstatBare: Backend<SocketQuery, Socket> = {
  name: 'netstat (BusyBox, no processes)',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const { stdout } = await runTool(host, ['netstat', '-tuna'], PACKAGES, { timeoutMs: 15_000, signal });
    return parseOutput(host, ['netstat', '--help'], () => parseNetstat(stdout));
  },
};

const ROW = /^(tcp|udp)6?\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s*(.*)$/;
/** Longest first: BusyBox prints a long address's state and the process with nothing between. */
const STATES = [...TCP_STATES].sort((a, b) => b.length - a.length);

/**
 * Parses `netstat -tuna…` of net-tools 2.10 and BusyBox 1.35, with or without -e, -p, -o and -W. The program is cut at
 * 20 characters with the pid, and only one of several owners is told.
 */
export function parseNetstat(text: string): Socket[] {
  const [title, heading, ...lines] = text.split('\n').filter(line => line.trim() !== '');
  if (!title?.startsWith('Active Internet') || !heading?.startsWith('Proto')) throw unreadable('netstat', title ?? '');
  const extended = heading.includes('Inode');
  const processes = heading.includes('PID/Program');
  return lines.map(line => {
    const row = ROW.exec(line);
    const [, transport = '', recvQueue, sendQueue, local = '', foreign = '', more = ''] = row ?? [];
    const localEnd = readEnd(local);
    const foreignEnd = readEnd(foreign);
    if (!row || !localEnd || !foreignEnd) throw unreadable('netstat', line);
    const ipv6 = line.startsWith(`${transport}6`) || localEnd.ip.includes(':');
    const state = STATES.find(each => more.startsWith(each)) ?? null;
    if (state === null && transport === 'tcp') throw unreadable('netstat', line);
    const socket = bareSocket(
      transport === 'tcp' ? 'TCP' : 'UDP',
      {
        local_ip: spell(localEnd.ip, ipv6),
        local_port: localEnd.port,
        foreign_ip: spell(foreignEnd.ip, ipv6),
        foreign_port: foreignEnd.port,
      },
      state ?? '-',
    );
    socket.recv_queue = Number(recvQueue);
    socket.send_queue = Number(sendQueue);
    readRest(socket, more.slice(state?.length ?? 0).trim(), extended, processes);
    return socket;
  });
}

/** `uid inode pid/program`, as far as the columns are there. */
function readRest(socket: Socket, text: string, extended: boolean, processes: boolean): void {
  let rest = text;
  if (extended) {
    const columns = /^(\S+)\s+(\d+)\s*/.exec(rest);
    if (columns) {
      socket.inode = Number(columns[2]);
      socket.uid = /^\d+$/.test(columns[1] ?? '') && socket.inode > 0 ? Number(columns[1]) : null;
      rest = rest.slice(columns[0].length);
    }
  }
  if (!processes) return;
  const owner = /^(\d+)\/(.*)$/.exec(rest);
  socket.owners = owner ? [{ pid: Number(owner[1]), program: sanitizeUntrusted(owner[2]?.trim() ?? '') || '-' }] : [];
}

function readEnd(text: string): { ip: string; port: number | null } | null {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  if (colon < 1 || !/^(?:\d{1,5}|\*)$/.test(port)) return null;
  return { ip: text.slice(0, colon), port: port === '*' ? null : Number(port) };
}

/** netstat writes an IPv4-mapped address of a tcp6 socket without its prefix; the kernel and ss write it with. */
function spell(ip: string, ipv6: boolean): string {
  if (ip === '*') return anyAddress(ipv6);
  return ipv6 && /^\d+\.\d+\.\d+\.\d+$/.test(ip) ? `::ffff:${ip}` : ip;
}

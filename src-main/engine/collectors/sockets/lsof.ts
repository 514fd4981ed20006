import { sanitizeUntrusted } from '@shared/sanitize';
import type { Backend } from '../backend';
import { parseOutput, runTool, unreadable } from '../run-tool';
import { anyAddress, bareSocket, type Socket, type SocketOwner, type SocketQuery } from './socket';
import { readState } from './states';

/** `lsof -i`: every socket that a visible process holds; TIME_WAIT and other people's sockets are missing. */
export const lsof: Backend<SocketQuery, Socket> = {
  name: 'lsof',
  privileged: false,
  platforms: ['darwin', 'linux'],
  async collect(host, _query, signal) {
    // Exit code 1 means that nothing matched, which is an answer.
    const { stdout } = await runTool(
      host,
      ['lsof', '+c0', '-i', '-n', '-P'],
      { apt: 'lsof' },
      { timeoutMs: 15_000, signal, okExitCodes: [0, 1] },
    );
    return parseOutput(host, ['lsof', '-v'], () => parseLsof(stdout));
  },
};

const ROW = /^(\S+)\s+(\d+)\s+(\S+)\s+(?:\d+\S*|\S+)\s+IPv([46])\s+\S+\s+\S+\s+(TCP|UDP)\s+(\S+)(?:\s+\((\w+)\))?\s*$/;

/** Parses the table of `lsof -i` (4.95; macOS after documented output). A socket several processes share is one row here. */
export function parseLsof(text: string): Socket[] {
  const [heading, ...lines] = text.split('\n').filter(line => line.trim() !== '');
  if (heading === undefined) return [];
  if (!heading.startsWith('COMMAND')) throw unreadable('lsof', heading);
  const sockets = new Map<string, { socket: Socket; owners: SocketOwner[] }>();
  for (const line of lines) {
    const row = ROW.exec(line);
    const [, command = '', pid, , family, transport, ends = '', stateName] = row ?? [];
    const [local = '', foreign] = ends.split('->');
    const localEnd = readEnd(local, family === '6');
    const foreignEnd = foreign === undefined ? { ip: anyAddress(family === '6'), port: null } : readEnd(foreign, family === '6');
    const state = stateName === undefined ? '-' : readState(stateName);
    if (!row || !localEnd || !foreignEnd || state === null) throw unreadable('lsof', line);
    const owner = { pid: Number(pid), program: sanitizeUntrusted(unescapeCommand(command)) || '-' };
    const key = `${transport}${family} ${ends} ${state}`;
    const known = sockets.get(key);
    if (known) {
      if (!known.owners.some(each => each.pid === owner.pid)) known.owners.push(owner);
      continue;
    }
    const socket = bareSocket(
      transport === 'TCP' ? 'TCP' : 'UDP',
      { local_ip: localEnd.ip, local_port: localEnd.port, foreign_ip: foreignEnd.ip, foreign_port: foreignEnd.port },
      state,
    );
    const owners = [owner];
    sockets.set(key, {
      socket: { ...socket, protocol: `${transport === 'TCP' ? 'TCP' : 'UDP'}${family === '6' ? '6' : ''}`, owners },
      owners,
    });
  }
  return [...sockets.values()].map(({ socket }) => socket);
}

/** `*:8080`, `127.0.0.1:80`, `[::1]:443`; an IPv4 address of an IPv6 socket is a mapped one. */
function readEnd(text: string, ipv6: boolean): { ip: string; port: number | null } | null {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  if (colon < 1 || !/^(?:\d{1,5}|\*)$/.test(port)) return null;
  const ip = sanitizeUntrusted(text.slice(0, colon).replace(/[[\]]/g, ''));
  const spelled = ip === '*' ? anyAddress(ipv6) : ipv6 && /^\d+\.\d+\.\d+\.\d+$/.test(ip) ? `::ffff:${ip}` : ip;
  return { ip: spelled, port: port === '*' ? null : Number(port) };
}

/** lsof writes blanks and bytes beyond ASCII as \x20. */
export function unescapeCommand(command: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < command.length; at++) {
    const escape = /^\\x([0-9a-f]{2})/i.exec(command.slice(at, at + 4));
    if (escape) {
      bytes.push(Number.parseInt(escape[1] ?? '', 16));
      at += 3;
    } else bytes.push(...Buffer.from(command.charAt(at)));
  }
  return Buffer.from(bytes).toString('utf8');
}

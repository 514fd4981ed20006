import { sanitizeUntrusted } from '@shared/sanitize';
import type { Backend } from '../backend';
import { runTool, unreadable } from '../run-tool';
import { anyAddress, bareSocket, type Socket, type SocketQuery } from './socket';
import { readState } from './states';

/** macOS: `netstat -anv` tells the pid. Written after documented output and not yet run on a Mac. */
export const netstatMacos: Backend<SocketQuery, Socket> = {
  name: 'netstat -anv',
  privileged: false,
  platforms: ['darwin'],
  async collect(host, _query, signal) {
    const outputs = await Promise.all(
      ['tcp', 'udp'].map(
        async protocol =>
          (await runTool(host, ['netstat', '-anv', '-p', protocol], { apt: 'net-tools' }, { timeoutMs: 15_000, signal })).stdout,
      ),
    );
    return outputs.flatMap(parseNetstatMacos);
  },
};

const ROW = /^(tcp|udp)(4|6|46)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.*)$/;

/**
 * Parses both layouts: `rhiwat shiwat pid epid` (macOS 12 and before) and `rxbytes txbytes rhiwat shiwat process:pid`.
 * Host and port are joined by a dot; UDP rows have no state; a process name may hold blanks and colons.
 */
export function parseNetstatMacos(text: string): Socket[] {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  const heading = lines.find(line => line.startsWith('Proto'));
  if (!heading) throw unreadable('netstat', lines[0] ?? '');
  const named = heading.includes('process:pid');
  return lines.slice(lines.indexOf(heading) + 1).map(line => {
    const row = ROW.exec(line);
    const [, transport, family, recvQueue, sendQueue, local = '', foreign = '', more = ''] = row ?? [];
    const ipv6 = family !== '4';
    const localEnd = readEnd(local, ipv6);
    const foreignEnd = readEnd(foreign, ipv6);
    const stateName = /^([A-Z][A-Z_0-9]+)\s/.exec(more)?.[1];
    const state = transport === 'udp' ? (foreignEnd?.port ? 'ESTABLISHED' : '-') : readState(stateName ?? '');
    const tail = stateName === undefined ? more : more.slice(stateName.length);
    const owner = named ? /^\s*(\d+)\s+(\d+)\s+\d+\s+\d+\s+(.*?):(\d+)\s/.exec(tail) : /^\s*()()\d+\s+\d+\s+()(\d+)\s/.exec(tail);
    if (!row || !localEnd || !foreignEnd || state === null || !owner) throw unreadable('netstat', line);
    const [, rxBytes = '', txBytes = '', name = '', pid] = owner;
    const socket = bareSocket(
      transport === 'tcp' ? 'TCP' : 'UDP',
      { local_ip: localEnd.ip, local_port: localEnd.port, foreign_ip: foreignEnd.ip, foreign_port: foreignEnd.port },
      state,
    );
    return {
      ...socket,
      recv_queue: Number(recvQueue),
      send_queue: Number(sendQueue),
      // pid 0: the kernel keeps the socket, no process holds it.
      owners: Number(pid) > 0 ? [{ pid: Number(pid), program: sanitizeUntrusted(name.trim()) || '-' }] : [],
      rx_bytes: rxBytes === '' ? null : Number(rxBytes),
      tx_bytes: txBytes === '' ? null : Number(txBytes),
    };
  });
}

/** `127.0.0.1.8123`, `*.5353`, `fe80::1%lo0.3000`: the port stands after the last dot. */
function readEnd(text: string, ipv6: boolean): { ip: string; port: number | null } | null {
  const dot = text.lastIndexOf('.');
  const port = text.slice(dot + 1);
  if (dot < 1 || !/^(?:\d{1,5}|\*)$/.test(port)) return null;
  const ip = text.slice(0, dot);
  return { ip: ip === '*' ? anyAddress(ipv6) : sanitizeUntrusted(ip), port: port === '*' ? null : Number(port) };
}

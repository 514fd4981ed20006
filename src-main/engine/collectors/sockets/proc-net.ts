import { formatIpv4, formatIpv6 } from '@shared/address';
import type { Backend } from '../backend';
import { unreadable } from '../run-tool';
import { bareSocket, type Socket, type SocketQuery } from './socket';

const FILES = [
  ['TCP', 'tcp'],
  ['TCP', 'tcp6'],
  ['UDP', 'udp'],
  ['UDP', 'udp6'],
] as const;

/** /proc/net/{tcp,tcp6,udp,udp6}: needs no program. Neither round trips nor byte counts. */
export const procNet: Backend<SocketQuery, Socket> = {
  name: '/proc/net',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const tables = await Promise.all(
      FILES.map(async ([transport, file]) => {
        // A kernel without IPv6 has no *6 files; without tcp there is nothing to tell.
        const text = await host.readFile(`/proc/net/${file}`, { signal }).catch((thrown: unknown) => {
          if (file.endsWith('6')) return '';
          throw thrown;
        });
        return parseProcNet(text, transport);
      }),
    );
    return tables.flat();
  },
};

/** include/net/tcp_states.h; 12 (NEW_SYN_RECV) is a SYN_RECV to everybody else. */
const STATES = new Map([
  ['01', 'ESTABLISHED'],
  ['02', 'SYN_SENT'],
  ['03', 'SYN_RECV'],
  ['04', 'FIN_WAIT1'],
  ['05', 'FIN_WAIT2'],
  ['06', 'TIME_WAIT'],
  ['07', 'CLOSE'],
  ['08', 'CLOSE_WAIT'],
  ['09', 'LAST_ACK'],
  ['0A', 'LISTEN'],
  ['0B', 'CLOSING'],
  ['0C', 'SYN_RECV'],
]);
const ROW =
  /^\s*\d+:\s+([0-9A-F]+):([0-9A-F]{4})\s+([0-9A-F]+):([0-9A-F]{4})\s+([0-9A-F]{2})\s+([0-9A-F]{8}):([0-9A-F]{8})\s+\S+\s+\S+\s+(\d+)\s+\d+\s+(\d+)/;

/** Parses one of the four tables. An unconnected UDP socket is in state 07, which means nothing for UDP. */
export function parseProcNet(text: string, transport: 'TCP' | 'UDP'): Socket[] {
  return text
    .split('\n')
    .slice(1)
    .filter(line => line.trim() !== '')
    .map(line => {
      const row = ROW.exec(line);
      const state = STATES.get(row?.[5] ?? '');
      if (!row || !state) throw unreadable('/proc/net', line);
      const [, local = '', localPort = '', foreign = '', foreignPort = '', , sendQueue = '', recvQueue = '', uid, inode] = row;
      const socket = bareSocket(
        transport,
        {
          local_ip: readAddress(local),
          local_port: Number.parseInt(localPort, 16),
          foreign_ip: readAddress(foreign),
          foreign_port: Number.parseInt(foreignPort, 16) || null,
        },
        transport === 'UDP' && state === 'CLOSE' ? '-' : state,
      );
      socket.recv_queue = Number.parseInt(recvQueue, 16);
      socket.send_queue = state === 'LISTEN' ? 0 : Number.parseInt(sendQueue, 16);
      socket.inode = Number(inode);
      socket.uid = socket.inode > 0 ? Number(uid) : null;
      return socket;
    });
}

/** Hex in words of four bytes, each in the byte order of a little-endian machine. */
function readAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  return bytes.length === 4 ? formatIpv4(bytes) : formatIpv6(bytes);
}

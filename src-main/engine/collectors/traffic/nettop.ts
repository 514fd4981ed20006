import { sanitizeUntrusted } from '@shared/sanitize';
import type { Backend } from '../backend';
import { runTool, unreadable } from '../run-tool';
import type { Flow, FlowQuery } from './flow';

/** macOS: two samples of nettop, the second after the time measured. Written after documented output, not run on a Mac yet. */
export const nettop: Backend<FlowQuery, Flow> = {
  name: 'nettop',
  privileged: false,
  platforms: ['darwin'],
  async collect(host, { iface, seconds }, signal) {
    const argv = ['nettop', '-n', '-x', '-L', '2', '-s', String(seconds)] as const;
    const { stdout } = await runTool(host, argv, { apt: 'nettop' }, { timeoutMs: seconds * 1_000 + 10_000, signal });
    return flowsBetween(parseNettop(stdout), iface);
  },
};

export interface NettopRow extends Flow {
  interface: string;
}

/** The samples of `nettop -x -L n`: each begins with its heading. Without connections (-P) rows are processes. */
export function parseNettop(text: string): NettopRow[][] {
  const samples: NettopRow[][] = [];
  let process = { pid: 0, program: '-' };
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const fields = line.split(',');
    if (fields[0] === 'time') {
      samples.push([]);
      continue;
    }
    const sample = samples.at(-1);
    const [, name = '', iface = '', , rx, tx] = fields;
    if (!sample || !/^\d*$/.test(rx ?? '') || !/^\d*$/.test(tx ?? '')) throw unreadable('nettop', line);
    const bytes = { rx_bytes: Number(rx), tx_bytes: Number(tx) };
    const ends = /^(tcp|udp)[46]+ (.*)<->(.*)$/.exec(name);
    if (ends) {
      const [local, foreign] = [readEnd(ends[2] ?? ''), readEnd(ends[3] ?? '')];
      sample.push({
        interface: sanitizeUntrusted(iface),
        protocol: `${ends[1]?.toUpperCase()}${local.ip.includes(':') ? '6' : ''}`,
        local_ip: local.ip,
        local_port: local.port,
        foreign_ip: foreign.ip,
        foreign_port: foreign.port,
        ...bytes,
        ...process,
      });
      continue;
    }
    // name.pid: the name may hold dots and blanks itself, so the pid stands after the last dot.
    const owner = /^(.*)\.(\d+)$/.exec(name);
    if (!owner) throw unreadable('nettop', line);
    process = { pid: Number(owner[2]), program: sanitizeUntrusted(owner[1] ?? '') || '-' };
  }
  return samples;
}

/** Growth between the first and the last sample; a connection that is new counts whole. */
export function flowsBetween(samples: readonly NettopRow[][], iface: string | null): Flow[] {
  const key = (row: NettopRow): string =>
    `${row.protocol} ${row.local_ip}:${row.local_port} ${row.foreign_ip}:${row.foreign_port} ${row.pid}`;
  const before = new Map(samples[0]?.map(row => [key(row), row]));
  return (samples.at(-1) ?? [])
    .filter(row => iface === null || row.interface === iface)
    .map(({ interface: name, ...row }) => {
      const earlier = before.get(key({ ...row, interface: name }));
      return {
        ...row,
        rx_bytes: Math.max(0, row.rx_bytes - (earlier?.rx_bytes ?? 0)),
        tx_bytes: Math.max(0, row.tx_bytes - (earlier?.tx_bytes ?? 0)),
      };
    });
}

/** IPv4 ends are `a:port`, IPv6 ends `a.port`; `*` for none. */
function readEnd(text: string): { ip: string; port: number | null } {
  const [, ip = text, port = ''] = (text.split(':').length > 2 ? /^(.*)\.(\d+|\*)$/ : /^(.*):(\d+|\*)$/).exec(text) ?? [];
  return { ip: sanitizeUntrusted(ip), port: /^\d+$/.test(port) ? Number(port) : null };
}

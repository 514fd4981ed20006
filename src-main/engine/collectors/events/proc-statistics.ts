import type { Host } from '../../hosts/host';
import { unreadable } from '../run-tool';

/**
 * Counters of Linux that count packets which were thrown away, and the reason the kernel would give for one of them
 * (include/net/dropreason-core.h). /proc/net/snmp and netstat have a line of names and one of numbers for each section.
 */
const COUNTERS: readonly (readonly [section: string, name: string, reason: string])[] = [
  ['Ip', 'InHdrErrors', 'IP_INHDR'],
  ['Ip', 'OutNoRoutes', 'IP_OUTNOROUTES'],
  ['Tcp', 'InCsumErrors', 'TCP_CSUM'],
  ['Udp', 'NoPorts', 'NO_SOCKET'],
  ['Udp', 'InCsumErrors', 'UDP_CSUM'],
  ['Udp', 'RcvbufErrors', 'SOCKET_RCVBUFF'],
  ['TcpExt', 'ListenOverflows', 'TCP_LISTEN_OVERFLOW'],
  ['TcpExt', 'TCPBacklogDrop', 'SOCKET_BACKLOG'],
  ['Udp6', 'NoPorts', 'NO_SOCKET'],
  ['Udp6', 'InCsumErrors', 'UDP_CSUM'],
  ['Udp6', 'RcvbufErrors', 'SOCKET_RCVBUFF'],
];
/** The second column of softnet_stat: the queue of a processor was full (net/core/net-procfs.c). */
const BACKLOG = 'CPU_BACKLOG';

export const PROC_REASONS: readonly string[] = [...new Set([...COUNTERS.map(([, , reason]) => reason), BACKLOG])];

/** Packets thrown away since the start of the system, by reason. @throws NetsondeError unreadable_output without any counter */
export async function readProcStatistics(host: Host, signal?: AbortSignal): Promise<Map<string, number>> {
  const files = ['/proc/net/snmp', '/proc/net/netstat', '/proc/net/snmp6', '/proc/net/softnet_stat'];
  const texts = await Promise.all(
    // An old kernel lacks one or the other; snmp is always there.
    files.map((file, index) =>
      host.readFile(file, signal && { signal }).catch(error => (index === 0 ? Promise.reject(error) : '')),
    ),
  );
  const [snmp = '', netstat = '', snmp6 = '', softnet = ''] = texts;
  return parseProcStatistics({ snmp, netstat, snmp6, softnet });
}

export function parseProcStatistics({ snmp, netstat, snmp6, softnet }: Record<'snmp' | 'netstat' | 'snmp6' | 'softnet', string>) {
  const values = new Map<string, number>();
  const lines = `${snmp}\n${netstat}`.split('\n');
  for (const [index, line] of lines.entries()) {
    const [section = '', ...names] = line.split(' ');
    const [same, ...numbers] = (lines[index + 1] ?? '').split(' ');
    if (section === '' || same !== section || !/^\d|^-/.test(numbers[0] ?? '')) continue;
    for (const [at, name] of names.entries()) values.set(`${section}${name}`, Number(numbers[at]));
  }
  for (const line of snmp6.split('\n')) {
    const [, name, count] = /^(\w+)\s+(\d+)$/.exec(line) ?? [];
    const section = name?.startsWith('Udp6') ? 'Udp6' : null;
    if (section && name) values.set(`${section}:${name.slice(section.length)}`, Number(count));
  }
  const found = new Map<string, number>();
  const add = (reason: string, count: number | undefined): void => {
    if (count !== undefined && Number.isFinite(count)) found.set(reason, (found.get(reason) ?? 0) + count);
  };
  for (const [section, name, reason] of COUNTERS) add(reason, values.get(`${section}:${name}`));
  for (const line of softnet.split('\n').filter(Boolean)) add(BACKLOG, Number.parseInt(line.split(/\s+/)[1] ?? '', 16));
  if (found.size === 0) throw unreadable('/proc/net/snmp', snmp.split('\n')[0] ?? '');
  return found;
}

import type { Host } from '../../hosts/host';
import { runTool, unreadable } from '../run-tool';
import { PROC_REASONS, readProcStatistics } from './proc-statistics';

/**
 * Counters of `netstat -s` on macOS that count packets which were thrown away, and what the same is called among the
 * reasons of Linux, so that both have one explanation. Written after documented output and not yet run on a Mac.
 */
const COUNTERS: readonly (readonly [section: string, words: RegExp, reason: string])[] = [
  ['ip', /^bad header checksums?$/, 'IP_CSUM'],
  ['ip', /^output packets? dropped due to no bufs, etc\.?$/, 'NOMEM'],
  ['ip', /^output packets? discarded due to no route$/, 'IP_OUTNOROUTES'],
  ['ip6', /^output packets? dropped due to no bufs, etc\.?$/, 'NOMEM'],
  ['ip6', /^output packets? discarded due to no route$/, 'IP_OUTNOROUTES'],
  ['tcp', /^discarded for bad checksums?$/, 'TCP_CSUM'],
  ['tcp', /^listen queue overflows?$/, 'TCP_LISTEN_OVERFLOW'],
  ['udp', /^with bad checksum$/, 'UDP_CSUM'],
  ['udp', /^dropped due to no socket$/, 'NO_SOCKET'],
  ['udp', /^dropped due to full socket buffers$/, 'SOCKET_RCVBUFF'],
];

/** Numbers for records; 0 is none. */
export const SAMPLED_REASONS: ReadonlyMap<number, string> = new Map(
  [...new Set([...COUNTERS.map(([, , reason]) => reason), ...PROC_REASONS])].map((reason, index) => [index + 1, reason]),
);
const NUMBERS = new Map([...SAMPLED_REASONS].map(([number, reason]) => [reason, number]));

/** Drops since the start of the system, by number of their reason. */
export async function readDropCounters(host: Host, signal?: AbortSignal): Promise<Map<number, number>> {
  if (host.platform === 'linux') {
    const counted = await readProcStatistics(host, signal);
    return new Map([...counted].map(([reason, count]) => [NUMBERS.get(reason) ?? 0, count]));
  }
  const { stdout } = await runTool(
    host,
    ['netstat', '-s'],
    { apt: 'net-tools' },
    { timeoutMs: 15_000, ...(signal && { signal }) },
  );
  return parseNetstatStatistics(stdout);
}

/** Sections begin at the left edge (`udp:`), their counters with the number; counters that are not wanted are passed over. */
export function parseNetstatStatistics(text: string): Map<number, number> {
  const found = new Map<number, number>();
  let section = '';
  for (const line of text.split('\n')) {
    const heading = /^(\w+):\s*$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const [, count = '', words = ''] = /^\s+(\d+) (.*\S)\s*$/.exec(line) ?? [];
    const reason = COUNTERS.find(([where, pattern]) => where === section && pattern.test(words))?.[2];
    const number = reason === undefined ? undefined : NUMBERS.get(reason);
    if (number !== undefined) found.set(number, (found.get(number) ?? 0) + Number(count));
  }
  if (found.size === 0) throw unreadable('netstat', text.split('\n')[0] ?? '');
  return found;
}

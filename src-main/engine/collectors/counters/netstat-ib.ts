import type { Backend } from '../backend';
import { runTool, unreadable } from '../run-tool';
import type { CounterRow } from './counter-row';

/** macOS: `netstat -ibd -n`; the format is documented, not captured (see docs). */
export const netstatIb: Backend<void, CounterRow> = {
  name: 'netstat -ib',
  privileged: false,
  platforms: ['darwin'],
  async collect(host, _query, signal) {
    const { stdout } = await runTool(host, ['netstat', '-ibn'], { apt: 'net-tools' }, { timeoutMs: 5_000, signal });
    return parseNetstatIb(stdout);
  },
};

/**
 * One row per address: only the `<Link#N>` row counts. That row lacks the Address column on lo0, gif0 and utun, so
 * numbers are read from the right. A `*` after the name means down. Drops are not told.
 */
export function parseNetstatIb(text: string): CounterRow[] {
  const [heading, ...lines] = text.split('\n').filter(Boolean);
  if (!heading?.startsWith('Name')) throw unreadable('netstat', heading ?? '');
  const columns = heading.trim().split(/\s+/);
  const fromRight = (name: string): number => columns.indexOf(name) - columns.length;
  return lines.flatMap(line => {
    const link = /^(?<name>\S+?)\*?\s+\d+\s+<Link#(?<index>\d+)>/.exec(line)?.groups;
    if (!link?.name || !link.index) return [];
    const fields = line.trim().split(/\s+/);
    const [rx_packets, rx_errors, rx_bytes, tx_packets, tx_errors, tx_bytes] = [
      'Ipkts',
      'Ierrs',
      'Ibytes',
      'Opkts',
      'Oerrs',
      'Obytes',
    ].map(name => Number(fields.at(fromRight(name))));
    const counters = {
      rx_bytes: rx_bytes ?? Number.NaN,
      tx_bytes: tx_bytes ?? Number.NaN,
      rx_packets: rx_packets ?? Number.NaN,
      tx_packets: tx_packets ?? Number.NaN,
      rx_errors: rx_errors ?? Number.NaN,
      tx_errors: tx_errors ?? Number.NaN,
      rx_dropped: 0,
      tx_dropped: 0,
    };
    if (Object.values(counters).some(value => !Number.isInteger(value))) throw unreadable('netstat', line);
    return [{ name: link.name, index: Number(link.index), counters }];
  });
}

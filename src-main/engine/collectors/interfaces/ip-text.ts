import { sanitizeUntrusted } from '@shared/sanitize';
import type { Backend } from '../backend';
import { runTool, unreadable } from '../run-tool';
import { kindOf, type NetworkLink } from './network-link';
import { readableMac } from './sysfs';

/** BusyBox's `ip`, and versions before JSON: names, flags and addresses; neither counters nor speed. */
export const ipText: Backend<void, NetworkLink> = {
  name: 'ip (text)',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const { stdout } = await runTool(host, ['ip', 'addr'], { apt: 'iproute2', rpm: 'iproute' }, { timeoutMs: 5_000, signal });
    return parseIpText(stdout);
  },
};

/** Parses `ip addr`. The name ends at the colon or at `@` of the parent: `44: veth-a@if43: <…>`. */
export function parseIpText(text: string): NetworkLink[] {
  const links: NetworkLink[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const head = /^(\d+): ([^ ]+?)(?:@[^ ]+)?: <([^>]*)> mtu (\d+)/.exec(line);
    const link = links.at(-1);
    if (head) {
      const flags = (head[3] ?? '').split(',');
      const loopback = flags.includes('LOOPBACK');
      links.push({
        name: sanitizeUntrusted(head[2] ?? ''),
        index: Number(head[1]),
        mac: null,
        addresses: [],
        mtu: Number(head[4]),
        up: flags.includes('UP'),
        running: flags.includes('LOWER_UP'),
        loopback,
        wireless: false,
        kind: kindOf({ loopback, wireless: false }),
        speed_mbps: null,
        since_boot: null,
      });
    } else if (!link || !line.startsWith(' ')) throw unreadable('ip', line);
    else readDetail(link, line.trim());
  }
  return links;
}

function readDetail(link: NetworkLink, line: string): void {
  const [word = '', value = ''] = line.split(/\s+/);
  if (word === 'inet' || word === 'inet6') link.addresses.push(value);
  if (!word.startsWith('link/')) return;
  link.mac = readableMac(value);
  link.kind = kindOf({ loopback: link.loopback, wireless: false, linkType: word.slice('link/'.length) });
}

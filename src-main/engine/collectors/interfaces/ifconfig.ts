import type { InterfaceCounters } from '@shared/model/interface';
import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../../hosts/host';
import type { Backend } from '../backend';
import { parseNetstatIb } from '../counters/netstat-ib';
import { runTool, unreadable } from '../run-tool';
import { kindOf, type NetworkLink } from './network-link';
import { readableMac } from './sysfs';

/** BusyBox and net-tools. */
export const ifconfig: Backend<void, NetworkLink> = {
  name: 'ifconfig',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    return parseIfconfig((await runTool(host, ['ifconfig', '-a'], { apt: 'net-tools' }, { timeoutMs: 5_000, signal })).stdout);
  },
};

/** macOS, with the counters of `netstat -ib`. Written after documented output, not run on a Mac yet. */
export const ifconfigMacos: Backend<void, NetworkLink> = {
  name: 'ifconfig',
  privileged: false,
  platforms: ['darwin'],
  async collect(host, _query, signal) {
    const [links, counters] = await Promise.all([
      runTool(host, ['ifconfig', '-a'], { apt: 'net-tools' }, { timeoutMs: 5_000, signal }).then(({ stdout }) =>
        parseIfconfig(stdout),
      ),
      countersByName(host, signal),
    ]);
    return links.map(link => {
      const row = counters.get(link.name);
      return { ...link, index: row?.index ?? null, since_boot: row?.counters ?? null };
    });
  },
};

async function countersByName(
  host: Host,
  signal?: AbortSignal,
): Promise<Map<string, { index: number | null; counters: InterfaceCounters }>> {
  const { stdout } = await runTool(host, ['netstat', '-ibn'], { apt: 'net-tools' }, { timeoutMs: 5_000, signal });
  return new Map(parseNetstatIb(stdout).map(row => [row.name, row]));
}

/**
 * Parses both styles: `eth0      Link encap:Ethernet  HWaddr …` (BusyBox, old net-tools) and `en0: flags=8863<UP,…> mtu 1500`
 * (BSD, macOS, net-tools 2). An interface is a paragraph that begins in the first column.
 */
export function parseIfconfig(text: string): NetworkLink[] {
  const paragraphs = text
    .split(/\n(?=\S)/)
    .map(each => each.trimEnd())
    .filter(Boolean);
  return paragraphs.map(paragraph => {
    const bsd = /^(\S+?): flags=[0-9a-f]+<([^>]*)>.*?\bmtu (\d+)/.exec(paragraph);
    const old = /^(\S+)\s+Link encap:(\S+)/.exec(paragraph);
    const name = bsd?.[1] ?? old?.[1];
    if (name === undefined) throw unreadable('ifconfig', paragraph.split('\n')[0] ?? '');
    const flags = bsd ? (bsd[2] ?? '').split(',') : (/^\s+((?:[A-Z]+ )+) ?MTU:/m.exec(paragraph)?.[1] ?? '').trim().split(' ');
    const loopback = flags.includes('LOOPBACK');
    const mac = /(?:HWaddr|ether) ([0-9a-f:]{17})/i.exec(paragraph)?.[1] ?? null;
    const mtu = Number(bsd?.[3] ?? /MTU:(\d+)/.exec(paragraph)?.[1] ?? Number.NaN);
    const status = /^\s+status: (\w+)/m.exec(paragraph)?.[1];
    return {
      name: sanitizeUntrusted(name),
      index: null,
      mac: readableMac(mac),
      addresses: readAddresses(paragraph),
      mtu: Number.isNaN(mtu) ? null : mtu,
      up: flags.includes('UP'),
      running: flags.includes('RUNNING') && (status === undefined || status === 'active'),
      loopback,
      wireless: false,
      kind: kindOf({ loopback, wireless: false, linkType: mac ? 'ether' : '' }),
      speed_mbps: null,
      since_boot: bsd ? null : readCounters(paragraph),
    };
  });
}

/** `inet addr:192.0.2.1 … Mask:255.255.255.0`, `inet 192.0.2.1 netmask 0xffffff00`, `inet6 fe80::1%en0 prefixlen 64`. */
function readAddresses(paragraph: string): string[] {
  const found: string[] = [];
  for (const line of paragraph.split('\n').slice(1)) {
    const ipv4 = /inet (?:addr:)?(\d+\.\d+\.\d+\.\d+).*?(?:Mask:|netmask )(\S+)/.exec(line);
    const ipv6 = /inet6 (?:addr: ?)?([0-9a-f:]+)(?:%\S+)?(?:\/(\d+)| +prefixlen (\d+))/i.exec(line);
    if (ipv4) found.push(`${ipv4[1]}/${maskLength(ipv4[2] ?? '')}`);
    else if (ipv6) found.push(`${ipv6[1]}/${ipv6[2] ?? ipv6[3]}`);
  }
  return found;
}

/** Length of a netmask in either spelling. */
function maskLength(mask: string): number {
  const value = mask.startsWith('0x')
    ? Number.parseInt(mask, 16)
    : mask.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.clz32(~value >>> 0);
}

function readCounters(paragraph: string): InterfaceCounters | null {
  const counts = (direction: 'RX' | 'TX'): number[] | null => {
    const packets = new RegExp(`${direction} packets:(\\d+) errors:(\\d+) dropped:(\\d+)`).exec(paragraph);
    const bytes = new RegExp(`${direction} bytes:(\\d+)`).exec(paragraph);
    return packets && bytes ? [bytes[1], packets[1], packets[2], packets[3]].map(Number) : null;
  };
  const [rx, tx] = [counts('RX'), counts('TX')];
  if (!rx || !tx) return null;
  const [rx_bytes = 0, rx_packets = 0, rx_errors = 0, rx_dropped = 0] = rx;
  const [tx_bytes = 0, tx_packets = 0, tx_errors = 0, tx_dropped = 0] = tx;
  return { rx_bytes, tx_bytes, rx_packets, tx_packets, rx_errors, tx_errors, rx_dropped, tx_dropped };
}

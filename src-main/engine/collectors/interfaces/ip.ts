import { sanitizeUntrusted } from '@shared/sanitize';
import { z } from 'zod';
import type { Backend } from '../backend';
import { parseOutput, runTool, unreadable } from '../run-tool';
import { kindOf, type NetworkLink } from './network-link';
import { readableMac, readLinkExtras } from './sysfs';

/** `ip -j`: one process, about 3 ms; speed and wireless come from /sys at the same time. */
export const ip: Backend<void, NetworkLink> = {
  name: 'ip',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const { stdout } = await runTool(
      host,
      ['ip', '-j', '-d', '-s', 'addr', 'show'],
      { apt: 'iproute2', rpm: 'iproute' },
      { timeoutMs: 5_000, signal },
    );
    const links = await parseOutput(host, ['ip', '-V'], () => parseIpAddr(stdout));
    return Promise.all(
      links.map(async ({ rawName, infoKind, linkType, ...link }) => {
        const { speed_mbps, wireless } = await readLinkExtras(host, rawName);
        return { ...link, speed_mbps, wireless, kind: kindOf({ loopback: link.loopback, wireless, infoKind, linkType }) };
      }),
    );
  },
};

const half = z.object({ bytes: z.number(), packets: z.number(), errors: z.number(), dropped: z.number() });
const ipLink = z.object({
  ifindex: z.number(),
  ifname: z.string(),
  flags: z.array(z.string()),
  mtu: z.number().optional(),
  link_type: z.string().optional(),
  address: z.string().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  stats64: z.object({ rx: half, tx: half }).optional(),
  addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.number().optional() })).default([]),
});

/** A link and what is needed to finish it: `ip` tells neither speed nor whether it is wireless. */
interface ParsedLink extends Omit<NetworkLink, 'speed_mbps' | 'wireless' | 'kind'> {
  rawName: string;
  infoKind: string | undefined;
  linkType: string | undefined;
}

/** Parses `ip -j -d -s addr` (iproute2 4.14 and later; without -s the counters are null). */
export function parseIpAddr(text: string): ParsedLink[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('ip', text.slice(0, 200));
  }
  const parsed = z.array(ipLink).safeParse(json);
  if (!parsed.success) throw unreadable('ip', `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return parsed.data.map(link => ({
    rawName: link.ifname,
    infoKind: link.linkinfo?.info_kind,
    linkType: link.link_type,
    name: sanitizeUntrusted(link.ifname),
    index: link.ifindex,
    mac: readableMac(link.address ?? null),
    addresses: link.addr_info.flatMap(({ local, prefixlen }) => (local ? [`${local}/${prefixlen ?? ''}`] : [])),
    mtu: link.mtu ?? null,
    up: link.flags.includes('UP'),
    running: link.flags.includes('LOWER_UP'),
    loopback: link.flags.includes('LOOPBACK'),
    since_boot: link.stats64
      ? {
          rx_bytes: link.stats64.rx.bytes,
          tx_bytes: link.stats64.tx.bytes,
          rx_packets: link.stats64.rx.packets,
          tx_packets: link.stats64.tx.packets,
          rx_errors: link.stats64.rx.errors,
          tx_errors: link.stats64.tx.errors,
          rx_dropped: link.stats64.rx.dropped,
          tx_dropped: link.stats64.tx.dropped,
        }
      : null,
  }));
}

import { networkInterfaces } from 'node:os';
import type { InterfaceCounters } from '@shared/model/interface';
import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../../hosts/host';
import type { Backend } from '../backend';
import { parseProcNetDev } from '../counters/proc-net-dev';
import { kindOf, type NetworkLink } from './network-link';
import { parseIfInet6, parseLocalIpv4 } from './proc-addresses';

const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;

/** ARPHRD numbers of /sys/class/net/X/type that have a name of their own. */
const LINK_TYPES = new Map([
  ['1', 'ether'],
  ['512', 'ppp'],
  ['768', 'ipip'],
  ['769', 'tunnel6'],
  ['772', 'loopback'],
  ['776', 'sit'],
  ['778', 'gre'],
  ['65534', 'none'],
]);

/** /sys/class/net and /proc/net: needs no program at all. */
export const sysfs: Backend<void, NetworkLink> = {
  name: '/sys and /proc',
  privileged: false,
  platforms: ['linux'],
  async collect(host) {
    const [names, dev, fibTrie, routes, ifInet6] = await Promise.all([
      host.readDirectory('/sys/class/net'),
      host.readFile('/proc/net/dev').catch(() => ''),
      host.readFile('/proc/net/fib_trie').catch(() => ''),
      host.readFile('/proc/net/route').catch(() => ''),
      host.readFile('/proc/net/if_inet6').catch(() => ''),
    ]);
    const counters = new Map(parseProcNetDev(dev).map(({ name, counters }) => [name, counters]));
    const addresses = [...parseLocalIpv4(fibTrie, routes, host.kind === 'local' ? ownIpv4(names) : []), ...parseIfInet6(ifInet6)];
    const links = await Promise.all(names.map(name => readLink(host, name, counters.get(name) ?? null, addresses)));
    return links.filter(link => link !== null).sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  },
};

/** IPv4 addresses as the C library tells them, of interfaces that run. Labels (`eth0:1`) stand for their interface. */
export function ownIpv4(names: readonly string[], told = networkInterfaces()): { name: string; address: string }[] {
  return Object.entries(told).flatMap(([label, addresses = []]) => {
    const name = names.includes(label) ? label : label.slice(0, Math.max(0, label.lastIndexOf(':')));
    return addresses.flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [{ name, address: cidr }] : []));
  });
}

async function readLink(
  host: Host,
  name: string,
  since_boot: InterfaceCounters | null,
  addresses: readonly { name: string; address: string }[],
): Promise<NetworkLink | null> {
  const read = (file: string) =>
    host.readFile(`/sys/class/net/${name}/${file}`, { maxBytes: 256 }).then(
      text => text.trim(),
      () => null, // gone between listing and reading, or not readable while the link is down (speed, carrier)
    );
  const [index, flags, mtu, mac, type, speed, carrier, uevent] = await Promise.all(
    ['ifindex', 'flags', 'mtu', 'address', 'type', 'speed', 'carrier', 'uevent'].map(read),
  );
  if (!index || !flags) return null; // bonding_masters and the like are no interfaces
  const bits = Number(flags);
  const loopback = (bits & IFF_LOOPBACK) !== 0;
  const deviceType = /^DEVTYPE=(.*)$/m.exec(uevent ?? '')?.[1];
  const wireless = deviceType === 'wlan';
  return {
    name: sanitizeUntrusted(name),
    index: Number(index),
    mac: readableMac(mac ?? null),
    addresses: addresses.filter(each => each.name === name).map(({ address }) => address),
    mtu: mtu ? Number(mtu) : null,
    up: (bits & IFF_UP) !== 0,
    running: carrier === '1',
    loopback,
    wireless,
    kind: kindOf({ loopback, wireless, infoKind: deviceType, linkType: LINK_TYPES.get(type ?? '') ?? type ?? '' }),
    speed_mbps: readableSpeed(speed ?? null),
    since_boot,
  };
}

/** Speed and wireless, which `ip` does not tell. */
export async function readLinkExtras(host: Host, name: string): Promise<{ speed_mbps: number | null; wireless: boolean }> {
  const [speed, uevent] = await Promise.all(
    ['speed', 'uevent'].map(file => host.readFile(`/sys/class/net/${name}/${file}`, { maxBytes: 256 }).catch(() => null)),
  );
  return { speed_mbps: readableSpeed(speed ?? null), wireless: /^DEVTYPE=wlan$/m.test(uevent ?? '') };
}

/** The kernel says -1, or fails to read, where a link has no speed. */
function readableSpeed(text: string | null): number | null {
  const speed = Number(text?.trim() || Number.NaN);
  return Number.isInteger(speed) && speed > 0 ? speed : null;
}

/** No hardware address: absent, or all zero as on lo. */
export function readableMac(mac: string | null): string | null {
  return mac && /^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(mac) && !/^[0:]+$/.test(mac) ? mac.toLowerCase() : null;
}

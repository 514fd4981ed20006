import { formatIpv6 } from '@shared/address';
import { asciiFields } from '../ascii-fields';

/** Addresses with prefix length from /proc/net/if_inet6: hex address, index, prefix length (hex), scope, flags, name. */
export function parseIfInet6(text: string): { name: string; address: string }[] {
  return text.split('\n').flatMap(line => {
    const [hex, , prefix, , , name] = asciiFields(line);
    if (hex?.length !== 32 || !prefix || !name) return [];
    return [{ name, address: `${formatIpv6(Buffer.from(hex, 'hex'))}/${Number.parseInt(prefix, 16)}` }];
  });
}

/**
 * IPv4 addresses of this machine from /proc/net/fib_trie (`/32 host LOCAL`), put to the interface whose directly
 * connected route in /proc/net/route holds them; 127/8 has no such route and belongs to lo. A /32 has none either: only
 * `told`, what the system says by other means, can place it.
 */
export function parseLocalIpv4(
  fibTrie: string,
  routes: string,
  told: readonly { name: string; address: string }[] = [],
): { name: string; address: string }[] {
  const networks = parseRoutes(routes).filter(({ gateway, mask }) => gateway === 0 && mask !== 0);
  const addresses = new Set<string>();
  let last = '';
  for (const line of fibTrie.split('\n')) {
    last = /\|-- (\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1] ?? last;
    if (line.includes('/32 host LOCAL')) addresses.add(last);
  }
  return [...addresses].flatMap(address => {
    const known = told.find(each => each.address.startsWith(`${address}/`));
    if (known) return [known];
    if (address.startsWith('127.')) return [{ name: 'lo', address: `${address}/8` }];
    const value = ipv4Value(address);
    const best = networks
      .filter(({ destination, mask }) => (value & mask) >>> 0 === destination)
      .sort((a, b) => prefixLength(b.mask) - prefixLength(a.mask))[0];
    return best ? [{ name: best.name, address: `${address}/${prefixLength(best.mask)}` }] : [];
  });
}

export interface Ipv4Route {
  name: string;
  /** Host byte order, as are all three. */
  destination: number;
  gateway: number;
  mask: number;
  flags: number;
  metric: number;
}

/** Parses /proc/net/route: addresses are hex in the byte order of a little-endian machine. */
export function parseRoutes(text: string): Ipv4Route[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const [name, destination, gateway, flags, , , metric, mask] = asciiFields(line);
      if (!name || !destination || !gateway || !flags || !mask) return [];
      return [
        {
          name,
          destination: swap(destination),
          gateway: swap(gateway),
          mask: swap(mask),
          flags: Number.parseInt(flags, 16),
          metric: Number(metric),
        },
      ];
    });
}

const RTF_UP = 0x1;
const RTF_REJECT = 0x200;

/** The interface of the IPv4 default route of lowest metric, else of the IPv6 one. */
export function defaultFromProc(routes: string, ipv6Routes: string): string | null {
  const ipv4 = parseRoutes(routes)
    .filter(({ destination, mask, flags }) => destination === 0 && mask === 0 && flags & RTF_UP && !(flags & RTF_REJECT))
    .sort((a, b) => a.metric - b.metric)[0];
  if (ipv4) return ipv4.name;
  const ipv6 = ipv6Routes
    .split('\n')
    .map(asciiFields)
    .filter(fields => fields.length === 10 && fields[0] === '0'.repeat(32) && fields[1] === '00' && fields[9] !== 'lo')
    .filter(fields => (Number.parseInt(fields[8] ?? '', 16) & (RTF_UP | RTF_REJECT)) === RTF_UP)
    .sort((a, b) => Number.parseInt(a[5] ?? '', 16) - Number.parseInt(b[5] ?? '', 16))[0];
  return ipv6?.[9] ?? null;
}

function swap(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE(0);
}

function ipv4Value(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function prefixLength(mask: number): number {
  return Math.clz32(~mask >>> 0);
}

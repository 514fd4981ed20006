import type { TcpFacts } from './flow-facts';

/** Flows by the server's address and port. */
export function byServer(flows: readonly TcpFacts[]): Map<string, TcpFacts[]> {
  return Map.groupBy(flows, serverKey);
}

export function serverKey({ b }: TcpFacts): string {
  return `${b.ip} ${b.port}`;
}

/** Those of the flows whose server one of the others has too: few, where trouble is rare. */
export function toServersOf(others: readonly TcpFacts[], flows: readonly TcpFacts[]): TcpFacts[] {
  const servers = new Set(others.map(({ b }) => b.ip));
  return flows.filter(({ b }) => servers.has(b.ip));
}

/** How many rows a key has, and how many of them are such: counted once, however many findings ask. */
export interface Tally {
  all: number;
  such: number;
}

export const NO_ROWS: Readonly<Tally> = { all: 0, such: 0 };

export function tally<Row>(rows: readonly Row[], keyOf: (row: Row) => string, isSuch: (row: Row) => boolean): Map<string, Tally> {
  const found = new Map<string, Tally>();
  for (const row of rows) {
    const key = keyOf(row);
    let known = found.get(key);
    if (!known) found.set(key, (known = { all: 0, such: 0 }));
    known.all++;
    if (isSuch(row)) known.such++;
  }
  return found;
}

/** What the subnet of an address is taken for: /24, or /64 of IPv6. */
export function subnetOf(ip: string): string {
  if (!ip.includes(':')) return ip.split('.').slice(0, 3).join('.');
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter(Boolean);
  const last = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - last.length) }, () => '0');
  return [...groups, ...zeros, ...last].slice(0, 4).join(':');
}

/** Private, loopback, link-local and other addresses that are not on the Internet (RFC 6890). */
export function isPrivate(ip: string): boolean {
  if (ip.includes(':')) {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(ip)?.[1];
    return mapped ? isPrivate(mapped) : ip === '::1' || ip === '::' || /^f[cd]/i.test(ip) || isLinkLocal(ip);
  }
  const [a = 0, b = 0] = ip.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    a === 0 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128) ||
    isLinkLocal(ip)
  );
}

export function isLinkLocal(ip: string): boolean {
  return ip.startsWith('169.254.') || /^fe[89ab]/i.test(ip);
}

export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip.startsWith('::ffff:127.');
}

/** Multicast, broadcast and the unspecified address: nobody in particular answers for them. */
export function isGroup(ip: string): boolean {
  return (
    /^(22[4-9]|23\d)\./.test(ip) ||
    ip.startsWith('255.') ||
    ip.endsWith('.255') ||
    /^ff/i.test(ip) ||
    ip === '0.0.0.0' ||
    ip === '::'
  );
}

/** Text forms of IP addresses, shared by parsers, the filter language and the pages. No Node API. */

/** Four bytes as dotted decimal. */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.join('.');
}

/** Sixteen bytes as RFC 5952 writes them; IPv4-mapped ones as ::ffff:192.0.2.1. */
export function formatIpv6(bytes: Uint8Array): string {
  const mapped = bytes.subarray(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return `::ffff:${formatIpv4(bytes.subarray(12))}`;
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  let best = { start: -1, length: 1 }; // a single zero group is not shortened
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map(group => group.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

/** An address as bytes: 4 for IPv4, 16 for IPv6; a zone (%eth0) is left out. null when it is none. */
export function parseAddress(text: string): Uint8Array | null {
  const zone = text.indexOf('%');
  const address = zone < 0 ? text : text.slice(0, zone);
  return address.includes(':') ? parseIpv6(address) : parseIpv4(address);
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    // No leading zeros: some readers take them for octal.
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
    bytes[index] = Number(part);
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const bytes = new Uint8Array(16);
  for (const [index, group] of [...head, ...Array.from({ length: missing }, () => 0), ...tail].entries()) {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 0xff;
  }
  return bytes;
}

function groupsOf(text: string, ipv4Last: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (ipv4Last && index === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part);
      if (!ipv4) return null;
      groups.push(((ipv4[0] ?? 0) << 8) | (ipv4[1] ?? 0), ((ipv4[2] ?? 0) << 8) | (ipv4[3] ?? 0));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** The IPv4 address inside an IPv4-mapped IPv6 one; other addresses as they are. */
export function unmapAddress(bytes: Uint8Array): Uint8Array {
  const mapped =
    bytes.length === 16 && bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every(byte => byte === 0);
  return mapped ? bytes.subarray(12) : bytes;
}

/** `10.0.0.0/8` or a single address. Addresses match across the IPv4-mapped form. */
export interface AddressRange {
  bytes: Uint8Array;
  prefix: number;
}

export function parseRange(text: string): AddressRange | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const parsed = parseAddress(address);
  if (!parsed || rest.length > 0) return null;
  const bits = parsed.length * 8;
  if (prefix !== undefined && (!/^(?:0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > bits)) return null;
  const length = prefix === undefined ? bits : Number(prefix);
  const bytes = unmapAddress(parsed);
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8. A shorter prefix reaches beyond the mapped addresses: it stays an IPv6 range.
  const unmapped = bits - bytes.length * 8;
  return length >= unmapped ? { bytes, prefix: length - unmapped } : { bytes: parsed, prefix: length };
}

export function inRange(address: Uint8Array, range: AddressRange): boolean {
  const bytes = range.bytes.length === 4 ? unmapAddress(address) : address;
  if (bytes.length !== range.bytes.length) return false;
  const whole = range.prefix >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== range.bytes[index]) return false;
  const rest = range.prefix & 7;
  return rest === 0 || ((bytes[whole] ?? 0) ^ (range.bytes[whole] ?? 0)) >> (8 - rest) === 0;
}

export type AddressScope = 'loopback' | 'private' | 'link_local' | 'multicast' | 'public' | 'unspecified';

const SCOPES: readonly [AddressScope, readonly AddressRange[]][] = (
  [
    ['unspecified', ['0.0.0.0', '::']],
    ['loopback', ['127.0.0.0/8', '::1']],
    ['link_local', ['169.254.0.0/16', 'fe80::/10']],
    ['multicast', ['224.0.0.0/4', 'ff00::/8', '255.255.255.255']],
    ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
    // Documentation and benchmarks (RFC 5737, 3849, 2544): in no country, though registries list them under one.
    ['private', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '198.18.0.0/15', '2001:db8::/32']],
  ] as const
).map(([scope, ranges]) => [scope, ranges.map(text => parseRange(text)).filter(range => range !== null)]);

/** What an address is for; null when the text is no address. */
export function scopeOf(text: string): AddressScope | null {
  const address = parseAddress(text);
  if (!address) return null;
  return SCOPES.find(([, ranges]) => ranges.some(range => inRange(address, range)))?.[0] ?? 'public';
}

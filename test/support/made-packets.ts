import {
  be16,
  be24,
  be32,
  bytes,
  type Captured,
  ethernet,
  frame,
  hex,
  ipv4,
  ipv4Bytes,
  ipv6Bytes,
  MAC_A,
  macBytes,
  sized8,
  sized16,
  udp,
} from './packet-bytes';
import { T0 } from './talk';

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export const CLIENT = { ip: '192.0.2.1', port: 50_000 };
export const RESOLVER = { ip: '192.0.2.53', port: 53 };

const dnsName = (text: string) =>
  text === '' ? bytes(0) : bytes(...text.split('.').map(label => bytes(label.length, label)), 0);
const TYPES: Record<string, number> = { A: 1, AAAA: 28, TXT: 16, MX: 15 };

export interface DnsOptions {
  id?: number;
  name?: string;
  type?: string;
  rcode?: number;
  answers?: readonly string[];
  truncated?: boolean;
  edns?: number;
  checkingDisabled?: boolean;
  client?: { ip: string; port: number };
  server?: { ip: string; port: number };
  /** Bytes of padding behind the answers. */
  padding?: number;
  /** Of the packet. */
  ttl?: number;
}

export function dnsMessage(isAnswer: boolean, options: DnsOptions): Uint8Array {
  const {
    id = 1,
    name = 'www.example.org',
    type = 'A',
    rcode = 0,
    answers = [],
    truncated = false,
    edns,
    checkingDisabled = false,
    padding = 0,
  } = options;
  const flags =
    (isAnswer ? 0x8180 : 0x0100) | (isAnswer ? rcode : 0) | (truncated && isAnswer ? 0x0200 : 0) | (checkingDisabled ? 0x10 : 0);
  const records = isAnswer ? answers : [];
  return bytes(
    be16(id), be16(flags), be16(1), be16(records.length), be16(0), be16(edns === undefined ? 0 : 1),
    dnsName(name), be16(TYPES[type] ?? 1), be16(1),
    ...records.map(address => {
      const isV6 = address.includes(':');
      return bytes(hex('c00c'), be16(isV6 ? 28 : 1), be16(1), be32(60), sized16(isV6 ? ipv6Bytes(address) : ipv4Bytes(address)));
    }),
    ...(edns === undefined ? [] : [bytes(0, be16(41), be16(edns), be32(0), sized16(...(padding > 0 ? [bytes(be16(12), sized16(new Uint8Array(padding)))] : [])))]),
  ); // biome-ignore format: the fields of the header
}

/** A query at `at` seconds after the beginning. */
export function query(at: number, options: DnsOptions = {}): Captured {
  return { at: T0 + at, frame: udp(options.client ?? CLIENT, options.server ?? RESOLVER, dnsMessage(false, options)) };
}

const ipOf = ({ ttl }: DnsOptions) => (ttl === undefined ? undefined : { ttl });

export function answer(at: number, options: DnsOptions = {}): Captured {
  return {
    at: T0 + at,
    frame: udp(options.server ?? RESOLVER, options.client ?? CLIENT, dnsMessage(true, options), ipOf(options)),
  };
}

/** A datagram that says nothing, so that the capture goes on until then. */
export function later(at: number): Captured {
  return { at: T0 + at, frame: udp({ ip: '203.0.113.77', port: 40_001 }, { ip: '203.0.113.78', port: 40_002 }, bytes('x')) };
}

export interface ArpOptions {
  from?: string;
  ip: string;
  asks?: string;
  to?: string;
}

/** A request for `asks`, or where `asks` is missing a reply that `ip` is at `from`. */
export function arp(at: number, { from = MAC_A, ip, asks, to = '192.0.2.1' }: ArpOptions): Captured {
  const isRequest = asks !== undefined;
  const body = bytes(
    be16(1),
    be16(0x0800),
    6,
    4,
    be16(isRequest ? 1 : 2),
    macBytes(from),
    ipv4Bytes(ip),
    new Uint8Array(6),
    ipv4Bytes(asks ?? to),
  );
  return { at: T0 + at, frame: ethernet(0x0806, body, { from, to: isRequest ? BROADCAST : '02:00:00:00:00:09' }) };
}

/** The first bytes of a packet, as ICMP errors quote them. */
export function quoteOf(packet: Captured, length = 28): Uint8Array {
  return packet.frame.subarray(14, 14 + length);
}

export function icmp(
  at: number,
  from: string,
  to: string,
  type: number,
  code: number,
  rest: number,
  body: Uint8Array,
  ttl = 64,
): Captured {
  const protocol = from.includes(':') ? 58 : 1;
  return { at: T0 + at, frame: frame(protocol, from, to, bytes(type, code, be16(0), be32(rest), body), { ttl }) };
}

export function ping(at: number, sequence: number, isReply = false): Captured {
  const [source, target] = isReply ? ['192.0.2.9', '192.0.2.1'] : ['192.0.2.1', '192.0.2.9'];
  return { at: T0 + at, frame: frame(1, source, target, bytes(isReply ? 0 : 8, 0, be16(0), be16(7), be16(sequence), 'ping')) };
}

/** ICMPv6 with hop limit 255, as neighbour discovery is. */
export function neighbour(at: number, from: string, to: string, type: number, body: Uint8Array, mac = MAC_A): Captured {
  const packet = frame(58, from, to, bytes(type, 0, be16(0), body), { ttl: 255 });
  return { at: T0 + at, frame: bytes(packet.subarray(0, 6), macBytes(mac), packet.subarray(12)) };
}

export const solicit = (at: number, from: string, target: string) =>
  neighbour(at, from, 'ff02::1:ff00:1', 135, bytes(be32(0), ipv6Bytes(target)));
export const advertise = (at: number, target: string) =>
  neighbour(at, target, 'ff02::1', 136, bytes(be32(0x2000_0000), ipv6Bytes(target)));

export interface RouterOptions {
  router?: string;
  lifetime?: number;
  /** 1 high, 3 low. */
  preference?: number;
  prefix?: string;
  mac?: string;
}

export function routerAdvertisement(
  at: number,
  { router = 'fe80::1', lifetime = 1800, preference = 0, prefix = '2001:db8:1::', mac = MAC_A }: RouterOptions = {},
): Captured {
  const option = bytes(3, 4, 64, 0xc0, be32(86_400), be32(14_400), be32(0), ipv6Bytes(prefix));
  return neighbour(at, router, 'ff02::1', 134, bytes(64, preference << 3, be16(lifetime), be32(0), be32(0), option), mac);
}

export interface DhcpOptions {
  type: number;
  mac?: string;
  server?: string;
  /** Who answers. */
  router?: string;
  dns?: string;
  yours?: string;
  own?: string;
  requested?: string;
  transaction?: number;
  to?: string;
}

const DHCP_TYPES_OF_SERVER = new Set([2, 5, 6]);

/** 1 DISCOVER, 2 OFFER, 3 REQUEST, 4 DECLINE, 5 ACK, 6 NAK. */
export function dhcp(at: number, options: DhcpOptions): Captured {
  const {
    type,
    mac = '02:00:00:00:00:11',
    server = '192.0.2.254',
    router = '192.0.2.254',
    dns = '192.0.2.53',
    yours = '0.0.0.0',
    own = '0.0.0.0',
    requested,
    transaction = 1,
    to,
  } = options;
  const byServer = DHCP_TYPES_OF_SERVER.has(type);
  const fixed = bytes(
    byServer ? 2 : 1,
    1,
    6,
    0,
    be32(transaction),
    be16(0),
    be16(0),
    ipv4Bytes(own),
    ipv4Bytes(yours),
    ipv4Bytes('0.0.0.0'),
    ipv4Bytes('0.0.0.0'),
    macBytes(mac),
    new Uint8Array(10 + 192),
  );
  const rest = bytes(
    53, 1, type,
    ...(byServer ? [bytes(54, sized8(ipv4Bytes(server)), 3, sized8(ipv4Bytes(router)), 6, sized8(ipv4Bytes(dns)))] : []),
    ...(requested === undefined ? [] : [bytes(50, sized8(ipv4Bytes(requested)))]),
    255,
  ); // biome-ignore format: option by option
  const payload = bytes(fixed, hex('63825363'), rest);
  const source = byServer ? { ip: server, port: 67 } : { ip: own, port: 68 };
  const target = byServer ? { ip: to ?? '255.255.255.255', port: 68 } : { ip: to ?? '255.255.255.255', port: 67 };
  return { at: T0 + at, frame: udp(source, target, payload) };
}

const SINCE_1900 = 2_208_988_800;
const ntpStamp = (seconds: number) =>
  bytes(be32((Math.floor(seconds) + SINCE_1900) >>> 0), be32(Math.floor((seconds % 1) * 2 ** 32)));

export interface NtpOptions {
  leap?: number;
  stratum?: number;
  reference?: string;
  /** Seconds the server's clock is ahead of the capture's. */
  ahead?: number;
  asked?: number;
}

export function ntpRequest(at: number, server = '192.0.2.123'): Captured {
  const body = bytes(0x23, 0, 6, 0, new Uint8Array(36), ntpStamp(T0 + at));
  return { at: T0 + at, frame: udp({ ip: '192.0.2.1', port: 123 }, { ip: server, port: 123 }, body) };
}

export function ntpAnswer(
  at: number,
  { leap = 0, stratum = 2, reference = 'GPS\0', ahead = 0, asked = at - 0.01 }: NtpOptions = {},
  server = '192.0.2.123',
): Captured {
  const clock = T0 + (at + asked) / 2 + ahead;
  const body = bytes(
    (leap << 6) | 0x24,
    stratum,
    6,
    0,
    new Uint8Array(8),
    reference,
    ntpStamp(clock),
    ntpStamp(T0 + asked),
    ntpStamp(clock),
    ntpStamp(clock),
  );
  return { at: T0 + at, frame: udp({ ip: server, port: 123 }, { ip: '192.0.2.1', port: 123 }, body) };
}

/** The pieces of a UDP datagram over IPv4. */
export function fragments(
  at: number,
  payload: Uint8Array,
  { from = '192.0.2.1', to = '192.0.2.2', id = 77, size = 1_480 } = {},
): Captured[] {
  const datagram = bytes(be16(5_000), be16(53), be16(8 + payload.length), be16(0), payload);
  const made: Captured[] = [];
  for (let start = 0; start < datagram.length; start += size) {
    const part = datagram.subarray(start, start + size);
    const more = start + size < datagram.length ? 0x2000 : 0;
    made.push({
      at: T0 + at + made.length / 1000,
      frame: ethernet(0x0800, ipv4(17, from, to, part, { id, fragment: more | (start / 8) })),
    });
  }
  return made;
}

// A certificate whose signature nobody checks.
const der = (tag: number, ...parts: Parameters<typeof bytes>) => {
  const body = bytes(...parts);
  const length = body.length < 128 ? bytes(body.length) : bytes(0x82, be16(body.length));
  return bytes(tag, length, body);
};
const commonName = (text: string) => der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, text))));
const time = (seconds: number) => {
  const iso = new Date(seconds * 1000).toISOString().replace(/[-:T]/g, '');
  return der(0x18, `${iso.slice(0, 14)}Z`);
};

export interface CertificateOptions {
  subject?: string;
  issuer?: string;
  names?: readonly string[];
  notBefore?: number;
  notAfter?: number;
  bits?: number;
  /** OID of the signature in hex; SHA-256 with RSA where not given. */
  signature?: string;
}

const DAY = 86_400;

export function certificate({
  subject = 'a.example',
  issuer = 'Test CA',
  names = ['a.example'],
  notBefore = T0 - 100 * DAY,
  notAfter = T0 + 100 * DAY,
  bits = 2048,
  signature = '2a864886f70d01010b',
}: CertificateOptions = {}): Uint8Array {
  const algorithm = der(0x30, der(0x06, hex(signature)), 5, 0);
  const modulus = bytes(0, 0x80, new Uint8Array(bits / 8 - 1).fill(1));
  const key = der(
    0x30,
    der(0x30, hex('06092a864886f70d010101'), 5, 0),
    der(0x03, 0, der(0x30, der(0x02, modulus), der(0x02, 1, 0, 1))),
  );
  const alternatives = der(0x30, hex('0603551d11'), der(0x04, der(0x30, ...names.map(name => der(0x82, name)))));
  const body = der(
    0x30,
    der(0xa0, 2, 1, 2), der(0x02, 1), algorithm, commonName(issuer), der(0x30, time(notBefore), time(notAfter)), commonName(subject), key,
    ...(names.length > 0 ? [der(0xa3, der(0x30, alternatives))] : []),
  ); // biome-ignore format: in the order of RFC 5280
  return der(0x30, body, algorithm, der(0x03, 0, new Uint8Array(16)));
}

export { be24 };

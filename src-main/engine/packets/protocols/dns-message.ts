import { ipv4Text, ipv6Text, shownText, u8, u16, u32 } from './bytes';

/** Steps through compressed names (threat-model section 8). */
const MAX_POINTERS = 128;
/** Bytes of a name's text kept. RFC 1035: 255; escapes make it longer. */
const MAX_NAME = 1025;
/** Records of one message that are looked at; a message of 64 KiB could hold 5,000. */
const MAX_RECORDS = 512;
const MAX_ADDRESSES = 32;
const MAX_CNAMES = 16;

const TYPES = new Map([
  [1, 'A'],
  [2, 'NS'],
  [3, 'MD'],
  [4, 'MF'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [7, 'MB'],
  [8, 'MG'],
  [9, 'MR'],
  [10, 'NULL'],
  [11, 'WKS'],
  [12, 'PTR'],
  [13, 'HINFO'],
  [14, 'MINFO'],
  [15, 'MX'],
  [16, 'TXT'],
  [17, 'RP'],
  [18, 'AFSDB'],
  [19, 'X25'],
  [20, 'ISDN'],
  [21, 'RT'],
  [22, 'NSAP'],
  [23, 'NSAP-PTR'],
  [24, 'SIG'],
  [25, 'KEY'],
  [26, 'PX'],
  [27, 'GPOS'],
  [28, 'AAAA'],
  [29, 'LOC'],
  [30, 'NXT'],
  [31, 'EID'],
  [32, 'NIMLOC'],
  [33, 'SRV'],
  [34, 'ATMA'],
  [35, 'NAPTR'],
  [36, 'KX'],
  [37, 'CERT'],
  [38, 'A6'],
  [39, 'DNAME'],
  [40, 'SINK'],
  [41, 'OPT'],
  [42, 'APL'],
  [43, 'DS'],
  [44, 'SSHFP'],
  [45, 'IPSECKEY'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [49, 'DHCID'],
  [50, 'NSEC3'],
  [51, 'NSEC3PARAM'],
  [52, 'TLSA'],
  [53, 'SMIMEA'],
  [55, 'HIP'],
  [56, 'NINFO'],
  [57, 'RKEY'],
  [58, 'TALINK'],
  [59, 'CDS'],
  [60, 'CDNSKEY'],
  [61, 'OPENPGPKEY'],
  [62, 'CSYNC'],
  [63, 'ZONEMD'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [99, 'SPF'],
  [108, 'EUI48'],
  [109, 'EUI64'],
  [249, 'TKEY'],
  [250, 'TSIG'],
  [251, 'IXFR'],
  [252, 'AXFR'],
  [253, 'MAILB'],
  [254, 'MAILA'],
  [255, 'ANY'],
  [256, 'URI'],
  [257, 'CAA'],
  [32768, 'TA'],
  [32769, 'DLV'],
]);

const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

export function dnsTypeName(type: number): string {
  return TYPES.get(type) ?? `TYPE${type}`;
}

export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RCODE${rcode}`;
}

/** What is kept of one message; the strings are safe to show. */
export interface DnsMessage {
  id: number;
  response: boolean;
  opcode: number;
  authoritative: boolean;
  truncated: boolean;
  checking_disabled: boolean;
  rcode: number;
  questions: number;
  /** The first question; null when there is none or it could not be read. */
  name: string | null;
  type: number;
  answers: number;
  addresses: string[];
  cnames: string[];
  min_ttl_s: number | null;
  /** Owner of the SOA record in the authority section, and the time a negative answer may be kept. */
  soa: string | null;
  negative_ttl_s: number | null;
  /** The authority section names other servers and no SOA. */
  referral: boolean;
  /** UDP payload size of EDNS; null without EDNS. */
  edns_bytes: number | null;
  /** Extended DNS error (RFC 8914). */
  ede: { code: number; text: string } | null;
  /** A record leads beyond the end of the message. */
  malformed: boolean;
}

/** Where the last name read ended. Module state instead of an object a name. */
let nameEnd = 0;

/**
 * Reads a name; `nameEnd` is where it ends in the message. Pointers lead backwards only.
 * @returns null when it does not end, points forward or goes on beyond the message
 */
function readName(bytes: Uint8Array, base: number, start: number, end: number): string | null {
  let text = '';
  let at = start;
  let lowest = start;
  let pointers = 0;
  nameEnd = -1;
  for (;;) {
    if (at >= end) return null;
    const length = u8(bytes, at);
    if (length === 0) {
      if (nameEnd < 0) nameEnd = at + 1;
      return text;
    }
    if ((length & 0xc0) === 0xc0) {
      if (nameEnd < 0) nameEnd = at + 2;
      const target = base + (u16(bytes, at) & 0x3fff);
      if (at + 1 >= end || target >= lowest || ++pointers > MAX_POINTERS) return null;
      lowest = at = target;
      continue;
    }
    if ((length & 0xc0) !== 0 || at + 1 + length > end || text.length > MAX_NAME) return null;
    if (text !== '') text += '.';
    // Escaped where it is not printable: nothing is left that could steer a terminal.
    for (let i = at + 1; i <= at + length; i++) {
      const byte = u8(bytes, i);
      text += byte > 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
    }
    at += 1 + length;
  }
}

/**
 * Reads a DNS message. What is cut or malformed ends the reading: what came before it is returned.
 * @returns null when not even the header is there
 */
export function readDnsMessage(bytes: Uint8Array, start: number, end: number): DnsMessage | null {
  if (end - start < 12) return null;
  const flags = u16(bytes, start + 2);
  const message: DnsMessage = {
    id: u16(bytes, start),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    checking_disabled: (flags & 0x0010) !== 0,
    rcode: flags & 15,
    questions: u16(bytes, start + 4),
    name: null,
    type: 0,
    answers: u16(bytes, start + 6),
    addresses: [],
    cnames: [],
    min_ttl_s: null,
    soa: null,
    negative_ttl_s: null,
    referral: false,
    edns_bytes: null,
    ede: null,
    malformed: false,
  };
  let at = start + 12;
  for (let i = 0; i < message.questions; i++) {
    const name = readName(bytes, start, at, end);
    if (name === null || nameEnd + 4 > end) {
      message.malformed = true;
      return message;
    }
    if (i === 0) {
      message.name = name;
      message.type = u16(bytes, nameEnd);
    }
    at = nameEnd + 4;
  }
  const answers = message.answers;
  const authorities = u16(bytes, start + 8);
  const records = Math.min(MAX_RECORDS, answers + authorities + u16(bytes, start + 10));
  for (let i = 0; i < records; i++) {
    const owner = readName(bytes, start, at, end);
    if (owner === null || nameEnd + 10 > end) {
      message.malformed = true;
      break;
    }
    const rdata = nameEnd + 10;
    const type = u16(bytes, nameEnd);
    const next = rdata + u16(bytes, nameEnd + 8);
    if (next > end || !holds(bytes, start, end, type, rdata, next)) message.malformed = true;
    if (next > end) break;
    if (type === 41) readOpt(message, bytes, u16(bytes, nameEnd + 2), rdata, next);
    else if (i < answers) readAnswer(message, bytes, start, type, u32(bytes, nameEnd + 4), rdata, next);
    else if (i < answers + authorities) readAuthority(message, bytes, start, owner, type, u32(bytes, nameEnd + 4), rdata, next);
    at = next;
  }
  if (message.soa !== null) message.referral = false;
  return message;
}

/** Whether the names and texts in a record end inside the message (the types whose data have a form to check). */
function holds(bytes: Uint8Array, base: number, end: number, type: number, rdata: number, next: number): boolean {
  const keptEnd = nameEnd;
  let fits = true;
  if (type === 2 || type === 5 || type === 12 || type === 39) fits = readName(bytes, base, rdata, end) !== null;
  else if (type === 15) fits = readName(bytes, base, rdata + 2, end) !== null;
  else if (type === 33) fits = readName(bytes, base, rdata + 6, end) !== null;
  else if (type === 16) for (let at = rdata; at < next; at += 1 + u8(bytes, at)) fits = at + 1 + u8(bytes, at) <= end;
  nameEnd = keptEnd;
  return fits;
}

function readAnswer(
  message: DnsMessage,
  bytes: Uint8Array,
  base: number,
  type: number,
  ttl: number,
  rdata: number,
  next: number,
): void {
  if (message.min_ttl_s === null || ttl < message.min_ttl_s) message.min_ttl_s = ttl;
  if (type === 1 && next - rdata === 4 && message.addresses.length < MAX_ADDRESSES)
    message.addresses.push(ipv4Text(bytes, rdata));
  if (type === 28 && next - rdata === 16 && message.addresses.length < MAX_ADDRESSES)
    message.addresses.push(ipv6Text(bytes, rdata));
  if (type === 5 && message.cnames.length < MAX_CNAMES) {
    const name = readName(bytes, base, rdata, next);
    if (name !== null) message.cnames.push(name);
  }
}

function readAuthority(
  message: DnsMessage,
  bytes: Uint8Array,
  base: number,
  owner: string,
  type: number,
  ttl: number,
  rdata: number,
  next: number,
): void {
  if (type === 2) message.referral = true;
  if (type !== 6 || message.soa !== null) return;
  message.soa = owner;
  if (readName(bytes, base, rdata, next) === null || readName(bytes, base, nameEnd, next) === null) return;
  // RFC 2308: the smaller one of the TTL and the MINIMUM field, the last of five numbers.
  if (nameEnd + 20 <= next) message.negative_ttl_s = Math.min(ttl, u32(bytes, nameEnd + 16));
}

function readOpt(message: DnsMessage, bytes: Uint8Array, payload: number, rdata: number, next: number): void {
  message.edns_bytes = payload;
  for (let at = rdata; at + 4 <= next; ) {
    const code = u16(bytes, at);
    const length = u16(bytes, at + 2);
    if (at + 4 + length > next) return;
    if (code === 15 && length >= 2 && !message.ede) {
      message.ede = { code: u16(bytes, at + 4), text: shownText(bytes, at + 6, at + 4 + length) };
    }
    at += 4 + length;
  }
}

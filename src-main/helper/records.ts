import { EVENT_KINDS as KINDS } from '@shared/model/event-kinds';
import { sanitizeUntrusted } from '@shared/sanitize';

/*
 * Readers of the records of resources/bpf/records.h, which says what each field means. Records stay bytes as long as
 * possible: at 200,000 events a second an object for each would cost more than everything else.
 */

/** By their number in records.h; 0 is none. */
export const EVENT_KINDS = ['none', ...KINDS] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
export const KIND = Object.fromEntries(EVENT_KINDS.map((name, number) => [name, number])) as Record<EventKind, number>; // fromEntries loses the literal keys

export const EVENT_BYTES = 168;
export const FLOW_BYTES = 136;
export const PROCESS_BYTES = 64;

export const ATTRIBUTIONS = ['none', 'inherited', 'exact'] as const;
export const DIRECTIONS = ['unknown', 'outbound', 'inbound'] as const;
export const AF_INET = 2;
export const AF_INET6 = 10;

/** Where each field of an event lies. */
export const EVENT = {
  at_ns: 0,
  cookie: 8,
  location: 16,
  latency_ns: 24,
  duration_ns: 32,
  bytes_sent: 40,
  bytes_received: 48,
  process_started_ns: 56,
  pid: 64,
  ppid: 68,
  uid: 72,
  netns: 76,
  ifindex: 80,
  error: 84,
  reason: 88,
  srtt_us: 92,
  retransmits: 96,
  length: 100,
  local_port: 104,
  remote_port: 106,
  kind: 108,
  family: 109,
  protocol: 110,
  attribution: 111,
  local: 112,
  remote: 128,
  old_state: 144,
  direction: 145,
  ethertype: 146,
  comm: 152,
} as const;

export const SOCKET_BYTES = 136;

/** Where each field of a socket lies. */
export const SOCKET = {
  cookie: 0,
  inode: 8,
  bytes_sent: 16,
  bytes_received: 24,
  opened_ns: 32,
  process_started_ns: 40,
  pid: 48,
  uid: 52,
  netns: 56,
  ifindex: 60,
  recv_queue: 64,
  send_queue: 68,
  rtt_us: 72,
  retransmits: 76,
  local_port: 80,
  remote_port: 82,
  family: 84,
  protocol: 85,
  state: 86,
  attribution: 87,
  local: 88,
  remote: 104,
  comm: 120,
} as const;

/** A u64 as a number: exact up to 2^53 (104 days of ns, 9 PB, more cookies than a machine makes in its life). */
export function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

const WORDS_KEPT = 4_096;

/** Remembers what bytes mean: the same names and addresses stand in thousands of records. */
function remember<Value extends string>(read: (bytes: Buffer, at: number) => Value): (bytes: Buffer, at: number) => Value {
  const known = new Map<string, Value>();
  return (bytes, at) => {
    const key = bytes.toString('latin1', at, at + 16);
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= WORDS_KEPT) known.clear();
    const value = read(bytes, at);
    known.set(key, value);
    return value;
  };
}

const readComm = remember(readName);
const readSocketIpv6 = remember((bytes, at) => {
  const address = readAddress(bytes, at, AF_INET6);
  return address.includes('.') ? `::ffff:${address}` : address;
});
const ipv4Known = new Map<number, string>();

function readSocketIpv4(bytes: Buffer, at: number): string {
  const key = bytes.readUInt32LE(at);
  const found = ipv4Known.get(key);
  if (found !== undefined) return found;
  if (ipv4Known.size >= WORDS_KEPT) ipv4Known.clear();
  const address = readAddress(bytes, at, AF_INET);
  ipv4Known.set(key, address);
  return address;
}

/** The address of a socket as ss and netstat write it: IPv4 mapped into IPv6 keeps its prefix, so that the family shows. */
export function readSocketAddress(bytes: Buffer, at: number, family: number): string {
  return family === AF_INET6 ? readSocketIpv6(bytes, at) : family === AF_INET ? readSocketIpv4(bytes, at) : '';
}

/** The address as people write it; "" when the record has none. IPv6 by RFC 5952; IPv4 mapped into IPv6 as IPv4. */
export function readAddress(bytes: Buffer, at: number, family: number): string {
  if (family === AF_INET) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  if (family !== AF_INET6) return '';
  const groups: number[] = [];
  for (let group = 0; group < 8; group++) groups.push(bytes.readUInt16BE(at + group * 2));
  const mapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff;
  if (mapped) return readAddress(bytes, at + 12, AF_INET);
  return compress(groups);
}

function compress(groups: readonly number[]): string {
  let best = { start: -1, length: 1 }; // a single zero is not shortened
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (part: readonly number[]): string => part.map(group => group.toString(16)).join(':');
  if (best.start < 0) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}

/** A name of the kernel (a process may choose its own): up to the first NUL, sanitised. */
export function readName(bytes: Buffer, at: number, room = 16): string {
  const end = bytes.indexOf(0, at);
  const text = bytes.subarray(at, end >= at && end < at + room ? end : at + room).toString('utf8');
  return sanitizeUntrusted(text, 256);
}

export interface FlowRecord {
  cookie: number;
  tx_bytes: number;
  rx_bytes: number;
  pid: number;
  netns: number;
  local_port: number;
  remote_port: number;
  attribution: number;
  local: string;
  remote: string;
  comm: string;
}

export function readFlow(bytes: Buffer, at: number): FlowRecord {
  const family = bytes[at + 84] ?? 0;
  return {
    cookie: readU64(bytes, at),
    tx_bytes: readU64(bytes, at + 24),
    rx_bytes: readU64(bytes, at + 32),
    pid: bytes.readUInt32LE(at + 64),
    netns: bytes.readUInt32LE(at + 72),
    local_port: bytes.readUInt16LE(at + 80),
    remote_port: bytes.readUInt16LE(at + 82),
    attribution: bytes[at + 86] ?? 0,
    local: readAddress(bytes, at + 88, family),
    remote: readAddress(bytes, at + 104, family),
    comm: readComm(bytes, at + 120),
  };
}

export interface ProcessRecord {
  process_started_ns: number;
  tx_bytes: number;
  rx_bytes: number;
  pid: number;
  uid: number;
  comm: string;
}

export function readProcess(bytes: Buffer, at: number): ProcessRecord {
  return {
    process_started_ns: readU64(bytes, at),
    tx_bytes: readU64(bytes, at + 8),
    rx_bytes: readU64(bytes, at + 16),
    pid: bytes.readUInt32LE(at + 40),
    uid: bytes.readUInt32LE(at + 44),
    comm: readComm(bytes, at + 48),
  };
}

/** Calls for every whole record of some bytes. */
export function eachRecord(size: number, take: (bytes: Buffer, at: number) => void): (records: Buffer) => void {
  return records => {
    for (let at = 0; at + size <= records.length; at += size) take(records, at);
  };
}

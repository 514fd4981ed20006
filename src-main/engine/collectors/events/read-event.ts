import { constants } from 'node:os';
import {
  ATTRIBUTIONS,
  DIRECTIONS,
  EVENT,
  EVENT_BYTES,
  EVENT_KINDS,
  type EventKind,
  KIND,
  readAddress,
  readName,
  readU64,
} from '../../../helper/records';

export { EVENT, EVENT_BYTES, KIND, readU64 };
export type RecordKind = EventKind;

/** A record of the kernel as numbers and names; resources/bpf/records.h says what each field means. 0 is unknown. */
export interface KernelEvent {
  kind: EventKind;
  at_ms: number;
  cookie: number;
  latency_ms: number;
  duration_ms: number;
  /** null: not counted */
  bytes_sent: number | null;
  bytes_received: number | null;
  process_started_ns: number;
  pid: number;
  ppid: number;
  uid: number;
  netns: number;
  ifindex: number;
  error: number;
  reason: number;
  srtt_us: number;
  retransmits: number;
  length: number;
  local_port: number;
  remote_port: number;
  family: number;
  protocol: number;
  attribution: (typeof ATTRIBUTIONS)[number];
  local: string;
  remote: string;
  old_state: number;
  direction: (typeof DIRECTIONS)[number];
  ethertype: number;
  comm: string;
}

export function readEvent(bytes: Buffer, at: number): KernelEvent {
  const family = bytes[at + EVENT.family] ?? 0;
  return {
    kind: readKind(bytes, at),
    at_ms: readU64(bytes, at + EVENT.at_ns) / 1e6,
    cookie: readU64(bytes, at + EVENT.cookie),
    latency_ms: readU64(bytes, at + EVENT.latency_ns) / 1e6,
    duration_ms: readU64(bytes, at + EVENT.duration_ns) / 1e6,
    bytes_sent: readCount(bytes, at + EVENT.bytes_sent),
    bytes_received: readCount(bytes, at + EVENT.bytes_received),
    process_started_ns: readU64(bytes, at + EVENT.process_started_ns),
    pid: bytes.readUInt32LE(at + EVENT.pid),
    ppid: bytes.readUInt32LE(at + EVENT.ppid),
    uid: bytes.readUInt32LE(at + EVENT.uid),
    netns: bytes.readUInt32LE(at + EVENT.netns),
    ifindex: bytes.readUInt32LE(at + EVENT.ifindex),
    error: bytes.readUInt32LE(at + EVENT.error),
    reason: bytes.readUInt32LE(at + EVENT.reason),
    srtt_us: bytes.readUInt32LE(at + EVENT.srtt_us),
    retransmits: bytes.readUInt32LE(at + EVENT.retransmits),
    length: bytes.readUInt32LE(at + EVENT.length),
    local_port: bytes.readUInt16LE(at + EVENT.local_port),
    remote_port: bytes.readUInt16LE(at + EVENT.remote_port),
    family,
    protocol: bytes[at + EVENT.protocol] ?? 0,
    attribution: ATTRIBUTIONS[bytes[at + EVENT.attribution] ?? 0] ?? 'none',
    local: readAddress(bytes, at + EVENT.local, family),
    remote: readAddress(bytes, at + EVENT.remote, family),
    old_state: bytes[at + EVENT.old_state] ?? 0,
    direction: DIRECTIONS[bytes[at + EVENT.direction] ?? 0] ?? 'unknown',
    ethertype: bytes.readUInt16LE(at + EVENT.ethertype),
    comm: readProgram(bytes, at),
  };
}

/** Only events that no kernel wrote have counts that are not known (write-event.ts). */
function readCount(bytes: Buffer, at: number): number | null {
  const count = readU64(bytes, at);
  return count < 2 ** 63 ? count : null;
}

/** Names by their bytes: few processes make many events, and sanitising costs more than all the rest of a record. */
const programs = new Map<string, string>();
const MOST_PROGRAMS = 10_000;

export function readProgram(bytes: Buffer, at: number): string {
  const raw = bytes.toString('latin1', at + EVENT.comm, at + EVENT.comm + 16);
  const known = programs.get(raw);
  if (known !== undefined) return known;
  if (programs.size >= MOST_PROGRAMS) programs.clear();
  const name = readName(bytes, at + EVENT.comm);
  programs.set(raw, name);
  return name;
}

export function readKind(bytes: Buffer, at: number): EventKind {
  return EVENT_KINDS[bytes[at + EVENT.kind] ?? 0] ?? 'none';
}

/** Where in the kernel: the lower 48 bits, which tell functions apart on every architecture and fit a number. */
export function readLocation(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + EVENT.location) + bytes.readUInt16LE(at + EVENT.location + 4) * 2 ** 32;
}

const ERRNO_NAMES = new Map<number, string>();
for (const [name, number] of Object.entries(constants.errno)) if (!ERRNO_NAMES.has(number)) ERRNO_NAMES.set(number, name);

/** ECONNREFUSED and the like; one that Node does not know by its number. null for 0. */
export function errnoName(number: number): string | null {
  return number === 0 ? null : (ERRNO_NAMES.get(number) ?? `errno ${number}`);
}

const PROTOCOLS = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IPIP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [41, 'IPv6'],
  [46, 'RSVP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [132, 'SCTP'],
  [136, 'UDP-Lite'],
  [262, 'MPTCP'],
]);
const ETHERTYPES = new Map([
  [0x0800, 'IPv4'],
  [0x0806, 'ARP'],
  [0x86dd, 'IPv6'],
  [0x8100, 'VLAN'],
  [0x8809, 'LACP'],
  [0x888e, 'EAPOL'],
  [0x88cc, 'LLDP'],
]);

/** TCP, UDP, ICMP, …: by number where it has no common name; the ethertype of what is not IP. */
export function protocolName({ family, protocol, ethertype }: Pick<KernelEvent, 'family' | 'protocol' | 'ethertype'>): string {
  if (family === 1) return 'UNIX';
  if (family === 2 || family === 10) return PROTOCOLS.get(protocol) ?? String(protocol);
  if (ethertype === 0) return '-';
  return ETHERTYPES.get(ethertype) ?? `0x${ethertype.toString(16).padStart(4, '0')}`;
}

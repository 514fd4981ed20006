import { NAME_LIMIT } from '@shared/sanitize';
import type { Ends, Piece } from '../piece';
import { hexText, ipv4Text, macText, shownText, u8, u32 } from './bytes';
import type { RowList } from './row-list';

const MAX_SERVERS = 8;
const MAGIC = 0x63825363;

const TYPES = [
  null,
  'DISCOVER',
  'OFFER',
  'REQUEST',
  'DECLINE',
  'ACK',
  'NAK',
  'RELEASE',
  'INFORM',
  'FORCERENEW',
  'LEASEQUERY',
  'LEASEUNASSIGNED',
  'LEASEUNKNOWN',
  'LEASEACTIVE',
] as const; // names stay literal

/** One DHCP message (RFC 2131). */
export interface DhcpMessage {
  frame: number;
  time: number;
  source: string;
  destination: string;
  from_client: boolean;
  /** null: BOOTP without the option. */
  type: Exclude<(typeof TYPES)[number], null> | null;
  transaction: number;
  client_mac: string;
  /** Option 61; null when absent. */
  client_id: string | null;
  client_ip: string;
  your_ip: string;
  relay_ip: string;
  requested_ip: string | null;
  server_id: string | null;
  subnet_mask: string | null;
  routers: string[];
  dns_servers: string[];
  lease_s: number | null;
  host_name: string | null;
}

export class DhcpFlow {
  constructor(
    readonly ends: Ends,
    readonly rows: RowList<DhcpMessage>,
    readonly counted: (frame: number) => void,
  ) {}

  read({ bytes, start, end, frame, ts, from }: Piece): boolean {
    this.counted(frame);
    if (end - start < 236) return true;
    const { a, b } = this.ends;
    const message: DhcpMessage = {
      frame,
      time: ts,
      source: from === 0 ? a.ip : b.ip,
      destination: from === 0 ? b.ip : a.ip,
      from_client: u8(bytes, start) === 1,
      type: null,
      transaction: u32(bytes, start + 4),
      client_mac: macText(bytes, start + 28),
      client_id: null,
      client_ip: ipv4Text(bytes, start + 12),
      your_ip: ipv4Text(bytes, start + 16),
      relay_ip: ipv4Text(bytes, start + 24),
      requested_ip: null,
      server_id: null,
      subnet_mask: null,
      routers: [],
      dns_servers: [],
      lease_s: null,
      host_name: null,
    };
    if (u32(bytes, start + 236) === MAGIC) readOptions(message, bytes, start + 240, end);
    this.rows.add(message);
    return true;
  }
}

function readOptions(message: DhcpMessage, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const option = u8(bytes, at);
    if (option === 255) return;
    if (option === 0) {
      at++;
      continue;
    }
    const from = at + 2;
    const to = from + u8(bytes, at + 1);
    if (to > end) return;
    readOption(message, option, bytes, from, to);
    at = to;
  }
}

function readOption(message: DhcpMessage, option: number, bytes: Uint8Array, from: number, to: number): void {
  const length = to - from;
  if (option === 53 && length === 1) message.type = TYPES[u8(bytes, from)] ?? null;
  else if (option === 12) message.host_name = shownText(bytes, from, to, NAME_LIMIT);
  else if (option === 61) message.client_id = hexText(bytes, from, Math.min(to, from + 64));
  else if (length < 4) return;
  else if (option === 1) message.subnet_mask = ipv4Text(bytes, from);
  else if (option === 3) message.routers = addresses(bytes, from, to);
  else if (option === 6) message.dns_servers = addresses(bytes, from, to);
  else if (option === 50) message.requested_ip = ipv4Text(bytes, from);
  else if (option === 51) message.lease_s = u32(bytes, from);
  else if (option === 54) message.server_id = ipv4Text(bytes, from);
}

function addresses(bytes: Uint8Array, from: number, to: number): string[] {
  const list: string[] = [];
  for (let at = from; at + 4 <= to && list.length < MAX_SERVERS; at += 4) list.push(ipv4Text(bytes, at));
  return list;
}

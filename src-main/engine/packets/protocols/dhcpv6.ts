import type { Ends, Piece } from '../piece';
import { hexText, ipv6Text, u8, u16, u24 } from './bytes';
import type { RowList } from './row-list';

const MAX_LIST = 8;
/** Relays that may have wrapped a message (RFC 8415 section 7.6: hop count limit). */
const MAX_RELAYS = 8;

const TYPES = [
  null,
  'SOLICIT',
  'ADVERTISE',
  'REQUEST',
  'CONFIRM',
  'RENEW',
  'REBIND',
  'REPLY',
  'RELEASE',
  'DECLINE',
  'RECONFIGURE',
  'INFORMATION-REQUEST',
  'RELAY-FORW',
  'RELAY-REPL',
] as const; // names stay literal

/** One DHCPv6 message (RFC 8415), out of its relay wrappings. */
export interface Dhcpv6Message {
  frame: number;
  time: number;
  source: string;
  destination: string;
  type: Exclude<(typeof TYPES)[number], null>;
  relayed: boolean;
  transaction: number;
  client_duid: string | null;
  server_duid: string | null;
  addresses: string[];
  dns_servers: string[];
  /** Of a Status Code option; 0 is success. */
  status: number | null;
}

export class Dhcpv6Flow {
  constructor(
    readonly ends: Ends,
    readonly rows: RowList<Dhcpv6Message>,
    readonly counted: (frame: number) => void,
  ) {}

  read({ bytes, start, end, frame, ts, from }: Piece): boolean {
    this.counted(frame);
    let at = start;
    let last = end;
    let relays = 0;
    while ((u8(bytes, at) === 12 || u8(bytes, at) === 13) && at + 34 <= last && relays++ < MAX_RELAYS) {
      const inner = option(bytes, at + 34, last, 9);
      if (inner < 0) return true;
      last = inner + 4 + u16(bytes, inner + 2);
      at = inner + 4;
    }
    const type = TYPES[u8(bytes, at)] ?? null;
    if (type === null || last - at < 4) return true;
    const { a, b } = this.ends;
    const message: Dhcpv6Message = {
      frame,
      time: ts,
      source: from === 0 ? a.ip : b.ip,
      destination: from === 0 ? b.ip : a.ip,
      type,
      relayed: relays > 0,
      transaction: u24(bytes, at + 1),
      client_duid: null,
      server_duid: null,
      addresses: [],
      dns_servers: [],
      status: null,
    };
    readOptions(message, bytes, at + 4, last);
    this.rows.add(message);
    return true;
  }
}

/** Where an option of this code begins; -1 without one. */
function option(bytes: Uint8Array, start: number, end: number, code: number): number {
  for (let at = start; at + 4 <= end; at += 4 + u16(bytes, at + 2)) {
    if (u16(bytes, at) === code && at + 4 + u16(bytes, at + 2) <= end) return at;
  }
  return -1;
}

function readOptions(message: Dhcpv6Message, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at + 4 <= end; ) {
    const from = at + 4;
    const to = from + u16(bytes, at + 2);
    if (to > end) return;
    switch (u16(bytes, at)) {
      case 1:
        message.client_duid = hexText(bytes, from, Math.min(to, from + 130));
        break;
      case 2:
        message.server_duid = hexText(bytes, from, Math.min(to, from + 130));
        break;
      case 3: {
        // IA_NA: identifier and two times, then options, of which 5 is an address.
        const address = option(bytes, from + 12, to, 5);
        if (address >= 0 && message.addresses.length < MAX_LIST) message.addresses.push(ipv6Text(bytes, address + 4));
        const status = option(bytes, from + 12, to, 13);
        if (status >= 0) message.status = u16(bytes, status + 4);
        break;
      }
      case 13:
        message.status = u16(bytes, from);
        break;
      case 23:
        for (let server = from; server + 16 <= to && message.dns_servers.length < MAX_LIST; server += 16) {
          message.dns_servers.push(ipv6Text(bytes, server));
        }
        break;
      default:
    }
    at = to;
  }
}

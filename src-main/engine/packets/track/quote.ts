import { AddressWords, addressText } from '../flow-key';
import { u8, u16, u32 } from '../protocols/bytes';

/** The packet an ICMP error is about, as far as its first bytes say. */
export interface Quote {
  family: number;
  src: string;
  dst: string;
  protocol: number;
  /** 0 for protocols without ports and when the quote ends before them. */
  sport: number;
  dport: number;
  /** TCP sequence number on the wire; null for others. */
  seq: number | null;
  /** A SYN without ACK; null when the quote does not reach to the flags. */
  syn: boolean | null;
  ttl: number;
  id: number;
  /** Bytes of the packet, its IP header included. */
  length: number;
  readonly source: AddressWords;
  readonly destination: AddressWords;
}

/** Extension headers a quote is followed through. */
const MAX_EXTENSIONS = 8;
const EXTENSIONS = new Set([0, 43, 60, 135]);

/** Reads the IP header quoted in an ICMP error and the first bytes after it; null when there is none. */
export function readQuote(bytes: Uint8Array, at: number, end: number): Quote | null {
  const version = u8(bytes, at) >>> 4;
  const source = new AddressWords();
  const destination = new AddressWords();
  let protocol: number;
  let transport: number;
  let length: number;
  let id = 0;
  let ttl: number;
  if (version === 4 && at + 20 <= end) {
    const header = (u8(bytes, at) & 15) * 4;
    if (header < 20) return null;
    source.read4(bytes, at + 12);
    destination.read4(bytes, at + 16);
    protocol = u8(bytes, at + 9);
    length = u16(bytes, at + 2);
    id = u16(bytes, at + 4);
    ttl = u8(bytes, at + 8);
    // Only the first fragment has ports.
    transport = (u16(bytes, at + 6) & 0x1fff) === 0 ? at + header : end;
  } else if (version === 6 && at + 40 <= end) {
    source.read6(bytes, at + 8);
    destination.read6(bytes, at + 24);
    protocol = u8(bytes, at + 6);
    length = 40 + u16(bytes, at + 4);
    ttl = u8(bytes, at + 7);
    transport = at + 40;
    for (let i = 0; i < MAX_EXTENSIONS && EXTENSIONS.has(protocol) && transport + 8 <= end; i++) {
      protocol = u8(bytes, transport);
      transport += (u8(bytes, transport + 1) + 1) * 8;
    }
  } else return null;
  const hasPorts = (protocol === 6 || protocol === 17) && transport + 4 <= end;
  const isTcp = protocol === 6;
  return {
    family: version,
    src: addressText(version, source),
    dst: addressText(version, destination),
    protocol,
    sport: hasPorts ? u16(bytes, transport) : 0,
    dport: hasPorts ? u16(bytes, transport + 2) : 0,
    seq: isTcp && transport + 8 <= end ? u32(bytes, transport + 4) : null,
    syn: isTcp && transport + 14 <= end ? (u8(bytes, transport + 13) & 0x12) === 2 : null,
    ttl,
    id,
    length,
    source,
    destination,
  };
}

// Builds packets byte by byte: for tests that need captures whose truth is known.

/** Joins numbers, text (latin1) and bytes. */
export function bytes(...parts: (number | string | Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(part =>
      typeof part === 'number' ? [part] : typeof part === 'string' ? Array.from(part, char => char.charCodeAt(0)) : [...part],
    ),
  );
}

export const be16 = (value: number) => [(value >> 8) & 255, value & 255];
export const be24 = (value: number) => [(value >> 16) & 255, ...be16(value)];
export const be32 = (value: number) => [(value >>> 24) & 255, ...be24(value)];
export const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
/** A length of two bytes, then the bytes. */
export const sized16 = (...parts: Parameters<typeof bytes>) => {
  const body = bytes(...parts);
  return bytes(be16(body.length), body);
};
export const sized8 = (...parts: Parameters<typeof bytes>) => {
  const body = bytes(...parts);
  return bytes(body.length, body);
};

export const ipv4Bytes = (address: string) => address.split('.').map(Number);
/** Full or `::` form; no dotted tail. */
export function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16)));
  const first = groups(head);
  const last = groups(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array.from({ length: zeros }, () => 0), ...last].flatMap(be16);
}
export const macBytes = (address: string) => address.split(':').map(byte => Number.parseInt(byte, 16));

export const MAC_A = '02:00:00:00:00:01';
export const MAC_B = '02:00:00:00:00:02';

export function ethernet(type: number, payload: Uint8Array, { from = MAC_A, to = MAC_B } = {}): Uint8Array {
  return bytes(macBytes(to), macBytes(from), be16(type), payload);
}

/** RFC 1071 */
export function checksum(...parts: Uint8Array[]): number {
  const all = bytes(...parts);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += ((all[at] ?? 0) << 8) | (all[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536);
  return ~sum & 0xffff;
}

export interface IpOptions {
  ttl?: number;
  id?: number;
  /** Flags and fragment offset as the header has them. IPv4 only. */
  fragment?: number;
}

export function ipv4(protocol: number, from: string, to: string, payload: Uint8Array, options: IpOptions = {}): Uint8Array {
  const { ttl = 64, id = 1, fragment = 0x4000 } = options;
  const head = (sum: number) =>
    bytes(0x45, 0, be16(20 + payload.length), be16(id), be16(fragment), ttl, protocol, be16(sum), ipv4Bytes(from), ipv4Bytes(to));
  return bytes(head(checksum(head(0))), payload);
}

export function ipv6(protocol: number, from: string, to: string, payload: Uint8Array, { ttl = 64 }: IpOptions = {}): Uint8Array {
  return bytes(0x60, 0, 0, 0, be16(payload.length), protocol, ttl, ipv6Bytes(from), ipv6Bytes(to), payload);
}

/** An Ethernet frame with IPv4 or IPv6, as the addresses say. */
export function frame(protocol: number, from: string, to: string, payload: Uint8Array, options?: IpOptions): Uint8Array {
  return from.includes(':')
    ? ethernet(0x86dd, ipv6(protocol, from, to, payload, options))
    : ethernet(0x0800, ipv4(protocol, from, to, payload, options));
}

const pseudoHeader = (protocol: number, from: string, to: string, length: number) =>
  from.includes(':')
    ? bytes(ipv6Bytes(from), ipv6Bytes(to), be32(length), 0, 0, 0, protocol)
    : bytes(ipv4Bytes(from), ipv4Bytes(to), 0, protocol, be16(length));

/** `address:port`, IPv6 in brackets. */
export interface Endpoint {
  ip: string;
  port: number;
}

export function udp(from: Endpoint, to: Endpoint, payload: Uint8Array, options?: IpOptions): Uint8Array {
  const datagram = (sum: number) => bytes(be16(from.port), be16(to.port), be16(8 + payload.length), be16(sum), payload);
  const sum = checksum(pseudoHeader(17, from.ip, to.ip, 8 + payload.length), datagram(0)) || 0xffff;
  return frame(17, from.ip, to.ip, datagram(sum), options);
}

export interface Segment {
  seq?: number;
  ack?: number;
  /** Letters of S, A, F, R, P. */
  flags?: string;
  window?: number;
  /** Bytes of options, a multiple of four. */
  options?: Uint8Array;
  payload?: Uint8Array;
}

const FLAG_BITS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

export function tcp(from: Endpoint, to: Endpoint, segment: Segment = {}, ip?: IpOptions): Uint8Array {
  const { seq = 0, ack = 0, flags = 'A', window = 65_535, options = new Uint8Array(), payload = new Uint8Array() } = segment;
  const bits = Array.from(flags).reduce((sum, letter) => sum | (FLAG_BITS[letter] ?? 0), 0);
  const header = (sum: number) =>
    bytes(
      be16(from.port),
      be16(to.port),
      be32(seq),
      be32(ack),
      (5 + options.length / 4) << 4,
      bits,
      be16(window),
      be16(sum),
      0,
      0,
    );
  const whole = (sum: number) => bytes(header(sum), options, payload);
  const sum = checksum(pseudoHeader(6, from.ip, to.ip, whole(0).length), whole(0));
  return frame(6, from.ip, to.ip, whole(sum), ip);
}

/** One packet of a capture: `at` in seconds. */
export interface Captured {
  at: number;
  frame: Uint8Array;
  /** Bytes on the wire when more than were stored. */
  length?: number;
}

/** A pcap file, little-endian, microseconds, Ethernet unless said otherwise. */
export function pcap(packets: readonly Captured[], linktype = 1): Uint8Array {
  const le32 = (value: number) => be32(value).reverse();
  const le16 = (value: number) => be16(value).reverse();
  return bytes(
    le32(0xa1b2c3d4),
    le16(2),
    le16(4),
    le32(0),
    le32(0),
    le32(262_144),
    le32(linktype),
    ...packets.flatMap(({ at, frame: stored, length }) => {
      const micros = Math.round(at * 1e6);
      return [
        bytes(le32(Math.floor(micros / 1e6)), le32(micros % 1e6), le32(stored.length), le32(length ?? stored.length)),
        stored,
      ];
    }),
  );
}

/** A TCP connection, packet by packet: handshake, data both ways, close. */
export class Connection {
  readonly packets: Captured[] = [];
  #seq: [number, number] = [1_000, 5_000];
  #at = 1_700_000_000;

  constructor(
    readonly client: Endpoint = { ip: '192.0.2.1', port: 40_000 },
    readonly server: Endpoint = { ip: '192.0.2.2', port: 80 },
  ) {}

  /** Opens it with SYN, SYN/ACK and ACK. */
  open(): this {
    this.#add(0, 'S');
    this.#seq[0]++;
    this.#add(1, 'SA');
    this.#seq[1]++;
    this.#add(0, 'A');
    return this;
  }

  /** Data, cut into segments of `size` bytes, each acknowledged by the other end. */
  send(from: 0 | 1, payload: Uint8Array | string, size = 1_448): this {
    const all = typeof payload === 'string' ? bytes(payload) : payload;
    for (let start = 0; start < all.length; start += size) {
      const part = all.subarray(start, start + size);
      this.#add(from, 'PA', part);
      this.#seq[from] += part.length;
      this.#add(from === 0 ? 1 : 0, 'A');
    }
    return this;
  }

  close(from: 0 | 1 = 0): this {
    const other = from === 0 ? 1 : 0;
    this.#add(from, 'FA');
    this.#seq[from]++;
    this.#add(other, 'FA');
    this.#seq[other]++;
    this.#add(from, 'A');
    return this;
  }

  #add(from: 0 | 1, flags: string, payload?: Uint8Array): void {
    const other = from === 0 ? 1 : 0;
    const [source, target] = from === 0 ? [this.client, this.server] : [this.server, this.client];
    const ack = flags.includes('A') ? this.#seq[other] : 0;
    this.packets.push({ at: this.#at, frame: tcp(source, target, { seq: this.#seq[from], ack, flags, payload }) });
    this.#at += 0.01;
  }
}

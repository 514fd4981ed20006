import type { Decoder } from '../decoder';
import { addressText } from '../flow-key';
import { BoundedMap } from './bounded-map';

/** All checksums of this many packets are verified, then those of one packet in SPARSE: adding up payload is not free. */
const ALL_OF_FIRST = 20_000;
const SPARSE = 32;
const MAX_FRAMES = 8;

/** Checksums of the packets of one address. */
export interface ChecksumSource {
  ip: string;
  checked: number;
  bad: number;
  /** Of those: what stands there is the sum of the pseudo header only, left for the network card to finish. */
  partial: number;
  /** Wrong sums of the IPv4 header. */
  header: number;
  frames: number[];
  lastFrame: number;
  firstTime: number;
  lastTime: number;
  protocols: Set<string>;
  /** UDP over IPv6 without a checksum. */
  missing: number;
}

/** Verifies the checksums of IPv4, TCP and UDP (RFC 1071) of whole packets. */
export class ChecksumTrack {
  readonly sources = new BoundedMap<number | string, ChecksumSource>(1024);
  checked = 0;
  #seen = 0;
  #badHeader = 0;
  /** Not all were verified. */
  get sampled(): boolean {
    return this.#seen > ALL_OF_FIRST;
  }

  ipv4Header(d: Decoder, payload: number): void {
    // No sum at all: never sent that way, filled in by the card.
    if (d.bytes[d.ipStart + 10] === 0 && d.bytes[d.ipStart + 11] === 0) return;
    if (fold(sum(d.bytes, d.ipStart, payload, 0)) === 0xffff) return;
    const source = this.#source(d);
    if (!source) return;
    source.header++;
    this.#badHeader = d.frame;
    this.#note(source, d, 'ip');
  }

  /** @param checksumAt place of the checksum behind `start` */
  transport(d: Decoder, start: number, end: number, wireEnd: number, checksumAt: number): void {
    // With a wrong header the pseudo header is wrong too.
    if (d.frame === this.#badHeader) return;
    if (d.isFragment || d.reassembled || end < wireEnd || start + checksumAt + 2 > end) return;
    if (++this.#seen > ALL_OF_FIRST && this.#seen % SPARSE !== 0) return;
    // With a routing header the pseudo header holds another destination.
    if (d.family === 6 && d.bytes[d.ipStart + 6] === 43) return;
    const stored = d.u16(start + checksumAt);
    const protocol = checksumAt === 16 ? 'tcp' : 'udp';
    const isMissing = stored === 0 && protocol === 'udp';
    if (isMissing && d.family === 4) return;
    const source = this.#source(d);
    if (!source) return;
    this.checked++;
    source.checked++;
    if (isMissing) {
      source.missing++;
      this.#note(source, d, protocol);
      return;
    }
    const pseudo = pseudoSum(d, wireEnd - start, checksumAt === 16 ? 6 : 17);
    if (fold(sum(d.bytes, start, wireEnd, pseudo)) === 0xffff) return;
    source.bad++;
    if (stored === fold(pseudo)) source.partial++;
    this.#note(source, d, protocol);
  }

  #source(d: Decoder): ChecksumSource | undefined {
    const key = d.family === 4 ? d.source.w3 : addressText(6, d.source);
    return this.sources.take(key, () => ({
      ip: addressText(d.family, d.source),
      checked: 0,
      bad: 0,
      partial: 0,
      header: 0,
      frames: [],
      lastFrame: 0,
      firstTime: d.time,
      lastTime: d.time,
      protocols: new Set(),
      missing: 0,
    }));
  }

  #note(source: ChecksumSource, { frame, time }: Decoder, protocol: string): void {
    if (source.frames.length === 0) source.firstTime = time;
    if (source.frames.length < MAX_FRAMES) source.frames.push(frame);
    source.lastFrame = frame;
    source.lastTime = time;
    source.protocols.add(protocol);
  }
}

function sum(bytes: Uint8Array, start: number, end: number, initial: number): number {
  let total = initial;
  const even = end - ((end - start) & 1);
  for (let at = start; at < even; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (even < end) total += (bytes[even] ?? 0) << 8;
  return total;
}

function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return folded;
}

function pseudoSum({ family, source: s, destination: d }: Decoder, length: number, protocol: number): number {
  const halves = (word: number): number => (word >>> 16) + (word & 0xffff);
  let total = halves(s.w3) + halves(d.w3) + (length & 0xffff) + (length >>> 16) + protocol;
  if (family === 6) total += halves(s.w0) + halves(s.w1) + halves(s.w2) + halves(d.w0) + halves(d.w1) + halves(d.w2);
  return total;
}

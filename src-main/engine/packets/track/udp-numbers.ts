import { u8, u16, u32 } from '../protocols/bytes';

/** A jump this far is no loss: a new beginning, or no number at all. */
const MAX_JUMP = 3_000;
const MAX_GAP_FRAMES = 6;
/** Streams of one direction: keys that follow each other, sound and pictures of one call. */
const MAX_STREAMS = 6;
/** What has this many numbers in order is a stream; before, its bytes may mean anything. */
const SURE_FROM = 50;
const IPSEC_PORT = 4500;

class NumberedStream {
  first: number;
  highest: number;
  received = 1;

  constructor(
    readonly protocol: string,
    number: number,
  ) {
    this.first = this.highest = number;
  }

  get lost(): number {
    return Math.max(0, this.highest - this.first + 1 - this.received);
  }
}

/** The numbers that protocols put on their datagrams in clear text, in one direction: what is missing was lost. */
export class UdpNumbers {
  readonly #streams = new Map<number, NumberedStream>();
  readonly gapFrames: number[] = [];

  get #sure(): NumberedStream[] {
    // As many missing as there: no numbers, or a capture of a fraction.
    return [...this.#streams.values()].filter(({ received, lost }) => received >= SURE_FROM && lost < received);
  }

  get protocol(): string {
    return this.#sure[0]?.protocol ?? '';
  }

  get received(): number {
    return this.#sure.reduce((sum, stream) => sum + stream.received, 0);
  }

  get lost(): number {
    return this.#sure.reduce((sum, stream) => sum + stream.lost, 0);
  }

  /** @param bits of the number, after which it begins again at 0; 0 when it never does */
  add(protocol: string, key: number, number: number, bits: number, frame: number): void {
    const stream = this.#streams.get(key);
    if (!stream) {
      if (this.#streams.size < MAX_STREAMS) this.#streams.set(key, new NumberedStream(protocol, number));
      return;
    }
    const step = bits === 16 ? ((number - stream.highest) << 16) >> 16 : number - stream.highest;
    stream.received++;
    if (step > MAX_JUMP || step < -MAX_JUMP) {
      // Begins anew; what was missing so far stays so: the distance to the first grows by this one.
      stream.first += step - 1;
      stream.highest += step;
    } else if (step > 0) {
      if (step > 1 && this.gapFrames.length < MAX_GAP_FRAMES) this.gapFrames.push(frame);
      stream.highest += step;
    } else stream.first = Math.min(stream.first, stream.highest + step);
  }
}

/** Reads the number of a datagram, if it has one in clear text: WireGuard, DTLS, IPsec in UDP, RTP (SRTP too). */
export function readNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  port: number,
  into: () => UdpNumbers,
  frame: number,
): void {
  const first = u8(bytes, start);
  if (port === IPSEC_PORT) {
    const spi = u32(bytes, start);
    if (spi !== 0 && start + 8 <= end) into().add('IPsec', spi, u32(bytes, start + 4), 0, frame);
    return;
  }
  if (first === 4) {
    if (start + 32 > end || u8(bytes, start + 1) !== 0 || u16(bytes, start + 2) !== 0) return;
    const low = u8(bytes, start + 8) | (u8(bytes, start + 9) << 8) | (u8(bytes, start + 10) << 16);
    const counter = low + u8(bytes, start + 11) * 2 ** 24 + u8(bytes, start + 12) * 2 ** 32;
    // The upper bytes of the counter are 0 for some 10^12 packets: a sign that it is one.
    if (u16(bytes, start + 13) === 0 && u8(bytes, start + 15) === 0)
      into().add('WireGuard', u32(bytes, start + 4), counter, 0, frame);
    return;
  }
  if (first === 23) {
    if (start + 13 > end || u8(bytes, start + 1) !== 0xfe || u8(bytes, start + 2) < 0xfd) return;
    into().add('DTLS', u16(bytes, start + 3), u16(bytes, start + 5) * 2 ** 32 + u32(bytes, start + 7), 0, frame);
    return;
  }
  // RTP version 2. Payload types 64 to 95 are taken by RTCP on the same port (RFC 5761). Below 1024 other protocols live.
  const type = u8(bytes, start + 1) & 0x7f;
  if (first >>> 6 !== 2 || start + 12 > end || port < 1024 || (type >= 64 && type < 96)) return;
  into().add('RTP', u32(bytes, start + 8), u16(bytes, start + 2), 16, frame);
}

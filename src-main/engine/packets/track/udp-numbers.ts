import { u8, u16, u32 } from '../protocols/bytes';

/** A jump this far is no loss: another key, or no number at all. */
const MAX_JUMP = 10_000;
const MAX_GAP_FRAMES = 6;
const IPSEC_PORT = 4500;

/** The numbers that protocols put on their datagrams in clear text, in one direction: what is missing was lost. */
export class UdpNumbers {
  protocol = '';
  #key = -1;
  #first = 0;
  #highest = 0;
  #ofKey = 0;
  /** Of keys that are no longer used. */
  #lostBefore = 0;
  received = 0;
  readonly gapFrames: number[] = [];

  get lost(): number {
    return this.#lostBefore + this.#lostOfKey;
  }

  get #lostOfKey(): number {
    return Math.max(0, this.#highest - this.#first + 1 - this.#ofKey);
  }

  add(protocol: string, key: number, number: number, frame: number): void {
    const step = number - this.#highest;
    if (this.#key !== key || this.protocol !== protocol || step > MAX_JUMP || step < -MAX_JUMP) {
      if (this.protocol === protocol) this.#lostBefore += this.#lostOfKey;
      this.protocol = protocol;
      this.#key = key;
      this.#first = this.#highest = number;
      this.#ofKey = 0;
    } else if (step > 0) {
      if (step > 1 && this.gapFrames.length < MAX_GAP_FRAMES) this.gapFrames.push(frame);
      this.#highest = number;
    } else if (number < this.#first) this.#first = number;
    this.#ofKey++;
    this.received++;
  }
}

/** Reads the number of a datagram, if it has one in clear text: WireGuard, DTLS, IPsec in UDP. */
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
    if (spi !== 0 && start + 8 <= end) into().add('IPsec', spi, u32(bytes, start + 4), frame);
    return;
  }
  if (first === 4) {
    if (start + 32 > end || u8(bytes, start + 1) !== 0 || u16(bytes, start + 2) !== 0) return;
    const low = u8(bytes, start + 8) | (u8(bytes, start + 9) << 8) | (u8(bytes, start + 10) << 16);
    const counter = low + u8(bytes, start + 11) * 2 ** 24 + u8(bytes, start + 12) * 2 ** 32;
    // The upper bytes of the counter are 0 for some 10^12 packets: a sign that it is one.
    if (u16(bytes, start + 13) === 0 && u8(bytes, start + 15) === 0)
      into().add('WireGuard', u32(bytes, start + 4), counter, frame);
    return;
  }
  if (first !== 23 || start + 13 > end || u8(bytes, start + 1) !== 0xfe || u8(bytes, start + 2) < 0xfd) return;
  into().add('DTLS', u16(bytes, start + 3), u16(bytes, start + 5) * 2 ** 32 + u32(bytes, start + 7), frame);
}

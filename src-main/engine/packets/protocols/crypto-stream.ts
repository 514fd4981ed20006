import { u8, u24 } from './bytes';

/** Bytes of CRYPTO frames kept of one direction. */
const MAX_CRYPTO = 16_384;
const MAX_STRETCHES = 64;

/** A handshake message: its body lies between start and end. */
export interface CryptoMessage {
  type: number;
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** The handshake of one direction, in pieces that come in any order and more than once. Keeps no more bytes than came. */
export class CryptoStream {
  #stretches: { from: number; bytes: Uint8Array }[] = [];
  /** Everything before this was handed on as messages. */
  #read = 0;

  /** @returns false when it adds nothing */
  add(offset: number, bytes: Uint8Array, start: number, length: number): boolean {
    const end = Math.min(offset + length, MAX_CRYPTO);
    if (end <= this.#read || end <= offset || this.#stretches.length >= MAX_STRETCHES) return false;
    if (this.#stretches.some(({ from, bytes: had }) => from <= offset && end <= from + had.length)) return false;
    this.#stretches.push({ from: offset, bytes: bytes.slice(start, start + end - offset) });
    return true;
  }

  /** The messages that are whole now, each once. */
  *messages(): Generator<CryptoMessage> {
    const bytes = this.#contiguous();
    let at = 0;
    while (at + 4 <= bytes.length) {
      const end = at + 4 + u24(bytes, at + 1);
      if (end > bytes.length) break;
      yield { type: u8(bytes, at), bytes, start: at + 4, end };
      at = end;
    }
    this.#read += at;
    if (at > 0) this.#stretches = this.#stretches.filter(({ from, bytes: had }) => from + had.length > this.#read);
  }

  /** What has come without a hole since the last message. */
  #contiguous(): Uint8Array {
    let have = this.#read;
    for (let again = true; again; ) {
      again = false;
      for (const { from, bytes } of this.#stretches) {
        if (from > have || from + bytes.length <= have) continue;
        have = from + bytes.length;
        again = true;
      }
    }
    const whole = new Uint8Array(have - this.#read);
    for (const { from, bytes } of this.#stretches) {
      if (from >= have) continue;
      const skipped = Math.max(0, this.#read - from);
      whole.set(bytes.subarray(skipped, have - from), Math.max(0, from - this.#read));
    }
    return whole;
  }
}

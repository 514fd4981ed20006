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

/** The handshake of one direction, in pieces that come in any order and more than once. */
export class CryptoStream {
  #bytes: Uint8Array | null = null;
  readonly #stretches: [number, number][] = [];
  /** Everything before this was handed on as messages. */
  #read = 0;

  /** @returns false when it adds nothing */
  add(offset: number, bytes: Uint8Array, start: number, length: number): boolean {
    const end = Math.min(offset + length, MAX_CRYPTO);
    if (end <= this.#read || end <= offset || this.#stretches.length >= MAX_STRETCHES) return false;
    if (this.#stretches.some(([from, to]) => from <= offset && end <= to)) return false;
    this.#bytes ??= new Uint8Array(MAX_CRYPTO);
    this.#bytes.set(bytes.subarray(start, start + end - offset), offset);
    this.#stretches.push([offset, end]);
    return true;
  }

  /** The messages that are whole now, each once. */
  *messages(): Generator<CryptoMessage> {
    let have = this.#read;
    for (let again = true; again; ) {
      again = false;
      for (const [from, to] of this.#stretches) {
        if (from > have || to <= have) continue;
        have = to;
        again = true;
      }
    }
    const bytes = this.#bytes;
    while (bytes && this.#read + 4 <= have) {
      const end = this.#read + 4 + u24(bytes, this.#read + 1);
      if (end > have) return;
      yield { type: u8(bytes, this.#read), bytes, start: this.#read + 4, end };
      this.#read = end;
    }
  }
}

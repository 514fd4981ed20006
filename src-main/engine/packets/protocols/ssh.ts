import type { Piece } from '../piece';
import { lineFeed, startsWith, u8, u32 } from './bytes';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';

/** Beyond this a length is taken for negative: tshark waits for no such packet, but for any other (it has no limit). */
const MAX_PACKET = 2 ** 31;
const NEW_KEYS = 21;

/** SSH: the greeting and the key exchange in messages; after it each segment is counted. */
export class SshFlow implements StreamReader {
  readonly #encrypted: [boolean, boolean] = [false, false];
  /** A greeting was seen: without one nothing is known of the stream. */
  #greeted = false;

  constructor(readonly counted: (frame: number) => void) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    for (let at = start; at < end; ) {
      if (this.#encrypted[piece.from] || !whole) return this.counted(piece.frame);
      if (startsWith(bytes, at, end, 'SSH-')) {
        this.#greeted = true;
        const lf = lineFeed(bytes, at, end);
        if (lf < 0) return need.wants(at, ONE_SEGMENT);
        this.counted(piece.frame);
        at = lf + 1;
        continue;
      }
      if (!this.#greeted) return this.counted(piece.frame);
      if (end - at < 6) return need.wants(at, ONE_SEGMENT);
      const next = at + 4 + u32(bytes, at);
      if (next - at >= MAX_PACKET) return;
      if (next - at < 6) return this.counted(piece.frame);
      if (next > end) return need.wants(at, next - end, u8(bytes, at + 5) !== NEW_KEYS);
      this.counted(piece.frame);
      if (u8(bytes, at + 5) === NEW_KEYS) this.#encrypted[piece.from] = true;
      at = next;
    }
  }

  skipped(where: Where): void {
    this.counted(where.frame);
  }

  ended(): void {}

  lost(): void {}
}

import type { Piece } from '../piece';
import { lineFeed, startsWith, u32, u8 } from './bytes';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';

/** RFC 4253 section 6.1: implementations take packets of 35,000 bytes at least; more is no packet. */
const MAX_PACKET = 262_144;
const NEW_KEYS = 21;

class Direction {
  greeted = false;
  encrypted = false;
}

/** SSH: the greeting and the key exchange in messages; after it each segment is counted. */
export class SshFlow implements StreamReader {
  readonly #sides: readonly [Direction, Direction] = [new Direction(), new Direction()];

  constructor(readonly counted: (frame: number) => void) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    const side = this.#sides[piece.from];
    for (let at = start; at < end; ) {
      if (side.encrypted || !whole) return this.counted(piece.frame);
      if (!side.greeted) {
        side.greeted = true;
        if (startsWith(bytes, at, end, 'SSH-')) {
          const lf = lineFeed(bytes, at, end);
          this.counted(piece.frame);
          if (lf < 0) return;
          at = lf + 1;
          continue;
        }
      }
      if (end - at < 6) return need.wants(at, ONE_SEGMENT);
      const next = at + 4 + u32(bytes, at);
      if (next - at < 6 || next - at > MAX_PACKET) {
        side.encrypted = true;
        continue;
      }
      if (next > end) return need.wants(at, next - end, u8(bytes, at + 5) !== NEW_KEYS);
      this.counted(piece.frame);
      if (u8(bytes, at + 5) === NEW_KEYS) side.encrypted = true;
      at = next;
    }
  }

  skipped(where: Where): void {
    this.counted(where.frame);
  }

  ended(): void {}

  lost(): void {}
}

import type { Piece } from '../piece';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';

/** Length of the message at `at`; 0 when its header has not come, negative when it is none. */
export type LengthOf = (bytes: Uint8Array, at: number, end: number) => number;

/** Messages longer than this are skipped, not kept. */
const MAX_KEPT = 4_096;

/** A protocol whose messages say how long they are: each is counted where it ends. */
export class PduFlow implements StreamReader {
  rejected = false;

  constructor(
    readonly counted: (frame: number) => void,
    readonly lengthOf: LengthOf,
    readonly seen: (piece: Piece, bytes: Uint8Array, start: number, end: number) => void = () => {},
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    this.rejected = false;
    for (let at = start; at < end; ) {
      const length = this.lengthOf(bytes, at, end);
      if (length < 0) {
        this.rejected = true;
        return;
      }
      if (length === 0) return whole ? need.wants(at, ONE_SEGMENT) : this.counted(piece.frame);
      const next = at + length;
      if (next > end && whole) return need.wants(at, next - end, length > MAX_KEPT);
      this.counted(piece.frame);
      this.seen(piece, bytes, at, Math.min(next, end));
      at = next;
    }
  }

  skipped(where: Where): void {
    this.counted(where.frame);
  }

  ended(): void {}

  lost(): void {}
}

/** A protocol without messages, or whose messages tshark does not put together: each segment is counted. */
export class SegmentFlow implements StreamReader {
  constructor(
    readonly counted: (frame: number) => void,
    readonly seen: (piece: Piece, bytes: Uint8Array, start: number, end: number) => void = () => {},
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    this.counted(piece.frame);
    this.seen(piece, bytes, start, end);
  }

  skipped(): void {}

  ended(): void {}

  lost(): void {}
}

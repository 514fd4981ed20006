import type { Piece } from '../piece';
import { u8, u16, u32 } from './bytes';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';

/** WebSocket frames (RFC 6455 section 5.2): counted, never looked into. */
export class WebSocketFlow implements StreamReader {
  constructor(readonly counted: (frame: number) => void) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    for (let at = start; at < end; ) {
      const short = u8(bytes, at + 1) & 0x7f;
      const header = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (u8(bytes, at + 1) >> 7) * 4;
      if (end - at < header) return whole ? need.wants(at, ONE_SEGMENT) : this.counted(piece.frame);
      // The upper half of the length is 0 in any frame that is not garbage.
      const length = short === 126 ? u16(bytes, at + 2) : short === 127 ? u32(bytes, at + 6) : short;
      const next = at + header + length;
      if (next > end && whole) return need.wants(at, next - end, true);
      this.counted(piece.frame);
      at = next;
    }
  }

  skipped(where: Where): void {
    this.counted(where.frame);
  }

  ended(): void {}

  lost(): void {}
}

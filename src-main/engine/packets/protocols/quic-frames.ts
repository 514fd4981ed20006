import { u8 } from './bytes';
import { varint, varintEnd } from './varint';

const MAX_FRAMES = 512;

/** Who is told of the frames that hold something to read. */
export interface FrameSink {
  crypto(offset: number, bytes: Uint8Array, start: number, length: number): void;
  stream(id: number, offset: number, fin: boolean, bytes: Uint8Array, start: number, end: number): void;
  /** CONNECTION_CLOSE. */
  close(code: number, bytes: Uint8Array, reasonStart: number, reasonEnd: number): void;
}

/** How many integers a frame of this type has and nothing else; RFC 9000 section 19. */
const INTEGERS = new Map([
  [0x01, 0],
  [0x04, 3],
  [0x05, 2],
  [0x10, 1],
  [0x11, 2],
  [0x12, 1],
  [0x13, 1],
  [0x14, 1],
  [0x15, 2],
  [0x16, 1],
  [0x17, 1],
  [0x19, 1],
  [0x1e, 0],
]); // types without entry are read below, or end the reading

/** Goes through the frames of an opened packet. */
export function readFrames(bytes: Uint8Array, sink: FrameSink): void {
  const end = bytes.length;
  for (let at = 0, frames = 0; at < end && frames < MAX_FRAMES; frames++) {
    const type = u8(bytes, at);
    at++;
    const integers = INTEGERS.get(type);
    if (type === 0) while (at < end && bytes[at] === 0) at++;
    else if (integers !== undefined) at = afterIntegers(bytes, at, integers);
    else if (type === 0x02 || type === 0x03) at = afterAcknowledgement(bytes, at, type === 0x03);
    else if (type === 0x06) {
      const offset = varint(bytes, at);
      const length = varint(bytes, varintEnd());
      const start = varintEnd();
      at = start + length;
      if (at > end) return;
      sink.crypto(offset, bytes, start, length);
    } else if (type === 0x07) at = varint(bytes, at) + varintEnd();
    else if (type >= 0x08 && type <= 0x0f) at = stream(bytes, at, type, sink);
    else if (type === 0x18) {
      at = afterIntegers(bytes, at, 2);
      at += 1 + u8(bytes, at) + 16;
    } else if (type === 0x1a || type === 0x1b) at += 8;
    else if (type === 0x1c || type === 0x1d) {
      const code = varint(bytes, at);
      if (type === 0x1c) varint(bytes, varintEnd());
      const length = varint(bytes, varintEnd());
      sink.close(code, bytes, varintEnd(), Math.min(end, varintEnd() + length));
      return;
    } else return;
  }
}

function stream(bytes: Uint8Array, at: number, type: number, sink: FrameSink): number {
  const id = varint(bytes, at);
  const offset = (type & 4) !== 0 ? varint(bytes, varintEnd()) : 0;
  const hasLength = (type & 2) !== 0;
  const length = hasLength ? varint(bytes, varintEnd()) : 0;
  const start = varintEnd();
  const end = hasLength ? Math.min(bytes.length, start + length) : bytes.length;
  sink.stream(id, offset, (type & 1) !== 0, bytes, start, end);
  return end;
}

function afterIntegers(bytes: Uint8Array, start: number, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    varint(bytes, at);
    at = varintEnd();
  }
  return at;
}

function afterAcknowledgement(bytes: Uint8Array, start: number, withEcn: boolean): number {
  let at = afterIntegers(bytes, start, 2);
  const ranges = varint(bytes, at);
  at = afterIntegers(bytes, varintEnd(), 1);
  for (let i = 0; i < ranges * 2 + (withEcn ? 3 : 0) && at < bytes.length; i++) at = afterIntegers(bytes, at, 1);
  return at;
}

/** The numbers of resources/bpf/helper/frames.h. */
export const COMMAND = {
  hello: 1,
  events: 2,
  sockets: 3,
  flows: 4,
  processes: 5,
  stats: 6,
  ping: 7,
  rate: 8,
  stop: 9,
  capture: 10,
  probe: 11,
  compile: 12,
} as const;
export const REPLY = {
  hello: 0x81,
  feature: 0x82,
  reason: 0x83,
  ready: 0x84,
  events: 0x85,
  counts: 0x86,
  sockets: 0x87,
  flows: 0x88,
  processes: 0x89,
  end: 0x8a,
  pong: 0x8c,
  rate: 0x8d,
  rateStarted: 0x8e,
  captureStarted: 0x8f,
  packets: 0x90,
  captureStats: 0x91,
  probe: 0x92,
  error: 0xff,
} as const;
export const MODE = { stream: 1, attach: 2 } as const;

/** resources/bpf/records.h */
export const PROTOCOL = 1;

const HEADER = 8;
const MAX_PAYLOAD = 65_536;

export interface Frame {
  type: number;
  request: number;
  /** A view of the bytes that came in: copy what outlives the call. */
  payload: Buffer;
}

export function encodeFrame(type: number, request: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt16LE(type, 4);
  frame.writeUInt16LE(request, 6);
  payload.copy(frame, HEADER);
  return frame;
}

/**
 * Cuts a stream of bytes into frames. Bytes are copied only when a frame is split between two chunks.
 * @throws RangeError when what came is no frame; the stream cannot be read any further
 */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  return chunk => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= HEADER) {
      const length = bytes.readUInt32LE(at);
      if (length > MAX_PAYLOAD) throw new RangeError(`The helper sent a frame of ${length} bytes; ${MAX_PAYLOAD} is the limit.`);
      if (bytes.length - at - HEADER < length) break;
      const start = at + HEADER;
      onFrame({
        type: bytes.readUInt16LE(at + 4),
        request: bytes.readUInt16LE(at + 6),
        payload: bytes.subarray(start, start + length),
      });
      at = start + length;
    }
    rest = at < bytes.length ? bytes.subarray(at) : undefined;
  };
}

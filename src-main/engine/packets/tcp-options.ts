const END = 0;
const NOP = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;

/** Options of one segment (RFC 9293 section 3.2, RFC 7323, RFC 2018). Reused; sequence numbers are those on the wire. */
export class TcpOptions {
  /** Bytes; -1 when absent. */
  mss = -1;
  /** Shift, at most 14; -1 when absent. */
  windowScale = -1;
  sackPermitted = false;
  timestamps = false;
  sackCount = 0;
  /** Left and right edge of each block. */
  readonly sack = [0, 0, 0, 0, 0, 0, 0, 0];
}

export function readOptions(options: TcpOptions, bytes: Uint8Array, start: number, end: number): void {
  options.mss = -1;
  options.windowScale = -1;
  options.sackPermitted = false;
  options.timestamps = false;
  options.sackCount = 0;
  for (let at = start; at < end; ) {
    const kind = bytes[at];
    if (kind === END) return;
    if (kind === NOP) {
      at++;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > end) return;
    if (kind === MSS && length === 4) options.mss = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    else if (kind === WINDOW_SCALE && length === 3) options.windowScale = Math.min(14, bytes[at + 2] ?? 0);
    else if (kind === SACK_PERMITTED) options.sackPermitted = true;
    else if (kind === TIMESTAMPS) options.timestamps = true;
    else if (kind === SACK) readBlocks(options, bytes, at + 2, at + length);
    at += length;
  }
}

function readBlocks(options: TcpOptions, bytes: Uint8Array, start: number, end: number): void {
  let count = 0;
  for (let at = start; at + 8 <= end && count < 4; at += 8, count++) {
    options.sack[count * 2] = u32(bytes, at);
    options.sack[count * 2 + 1] = u32(bytes, at + 4);
  }
  options.sackCount = count;
}

function u32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

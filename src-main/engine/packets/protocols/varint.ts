import { u8 } from './bytes';

/** Where the integer last read ended. Module state instead of an object a number. */
let end = 0;

export function varintEnd(): number {
  return end;
}

/** A variable-length integer (RFC 9000 section 16). */
export function varint(bytes: Uint8Array, at: number): number {
  const first = u8(bytes, at);
  const length = 1 << (first >> 6);
  end = at + length;
  let value = first & 0x3f;
  for (let i = 1; i < length; i++) value = value * 256 + u8(bytes, at + i);
  return value;
}

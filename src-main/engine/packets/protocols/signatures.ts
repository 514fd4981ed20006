import { u8, u16, u16le, u32 } from './bytes';

/** STUN (RFC 8489 section 5): the magic cookie and a length that fits. */
export function looksLikeStun(bytes: Uint8Array, start: number, end: number, wireEnd: number): boolean {
  if (end - start < 20 || u8(bytes, start) > 0x3f || u32(bytes, start + 4) !== 0x2112a442) return false;
  return start + 20 + u16(bytes, start + 2) <= wireEnd && (u16(bytes, start + 2) & 3) === 0;
}

/** Lengths of WireGuard's messages by type; data (4) is longer than its header. */
const WIREGUARD_LENGTHS = [0, 148, 92, 64, 32];

/** WireGuard: type, three reserved zero bytes, and the length that goes with the type. */
export function looksLikeWireguard(bytes: Uint8Array, start: number, end: number, wireEnd: number): boolean {
  const type = u8(bytes, start);
  const length = wireEnd - start;
  if (end - start < 4 || type < 1 || type > 4 || u16le(bytes, start + 1) !== 0 || u8(bytes, start + 3) !== 0) return false;
  // Data comes in multiples of 16 (keepalives are the 32 bytes alone).
  return type === 4 ? length >= 32 && length % 16 === 0 : length === WIREGUARD_LENGTHS[type];
}

/** BitTorrent's DHT: a bencoded dictionary with one of its keys. */
export function looksLikeDht(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 12 || u8(bytes, start) !== 0x64) return false;
  const head = String.fromCharCode(...bytes.subarray(start + 1, start + 5));
  return head === '1:ad' || head === '1:rd' || head === '1:el' || head === '2:ip';
}

import type { Ends, Piece } from '../piece';
import { u8, u16, u24 } from './bytes';
import type { RowList } from './row-list';
import { HandshakeReader, type TlsHandshake } from './tls-handshake';

const RECORD_HEADER = 13;
const HANDSHAKE_HEADER = 12;
const MAX_HANDSHAKE = 16_384;

/** Whether a datagram begins with a DTLS record (RFC 6347 section 4.1), version 1.3's short headers left out. */
export function looksLikeDtls(bytes: Uint8Array, start: number, end: number, wireEnd: number): boolean {
  if (end - start < RECORD_HEADER) return false;
  const type = u8(bytes, start);
  const version = u16(bytes, start + 1);
  const isKnown = version === 0xfeff || version === 0xfefd || version === 0xfefc || version === 0x0100;
  return type >= 20 && type <= 26 && isKnown && start + RECORD_HEADER + u16(bytes, start + 11) <= wireEnd;
}

/** DTLS on one UDP flow. */
export class DtlsFlow {
  readonly #handshake: HandshakeReader;
  readonly #encrypted: [boolean, boolean] = [false, false];
  /** A handshake message in fragments, by side. */
  readonly #fragments: [Uint8Array | null, Uint8Array | null] = [null, null];
  readonly #have: [number, number] = [0, 0];

  constructor(
    ends: Ends,
    rows: RowList<TlsHandshake>,
    readonly counted: (frame: number) => void,
  ) {
    this.#handshake = new HandshakeReader('dtls', ends, rows);
  }

  read(piece: Piece): boolean {
    const { bytes, start, end, from } = piece;
    this.counted(piece.frame);
    for (let at = start; at + RECORD_HEADER <= end; ) {
      const body = at + RECORD_HEADER;
      const next = body + u16(bytes, at + 11);
      const last = Math.min(next, end);
      // An epoch above 0 is encrypted.
      if (u16(bytes, at + 3) !== 0) this.#encrypted[from] = true;
      switch (u8(bytes, at)) {
        case 21:
          if (!this.#encrypted[from] && last - body === 2) this.#handshake.alert(piece, u8(bytes, body), u8(bytes, body + 1));
          break;
        case 22:
          if (u16(bytes, at + 3) === 0) this.#messages(piece, bytes, body, last);
          break;
        case 23:
          this.#handshake.established(piece);
          break;
        default:
      }
      at = next;
    }
    return true;
  }

  #messages(piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at + HANDSHAKE_HEADER <= end; ) {
      const length = u24(bytes, at + 1);
      const offset = u24(bytes, at + 6);
      const part = u24(bytes, at + 9);
      const body = at + HANDSHAKE_HEADER;
      if (body + part > end) return;
      if (part === length) this.#handshake.message(u8(bytes, at), piece, bytes, body, body + length, length);
      else this.#fragment(piece, u8(bytes, at), bytes, body, offset, part, length);
      at = body + part;
    }
  }

  /** Fragments are taken in order; what comes otherwise is left out. */
  #fragment(piece: Piece, type: number, bytes: Uint8Array, start: number, offset: number, part: number, length: number): void {
    const { from } = piece;
    if (length > MAX_HANDSHAKE) return;
    if (offset === 0) {
      this.#fragments[from] = new Uint8Array(length);
      this.#have[from] = 0;
    }
    const whole = this.#fragments[from];
    if (whole?.length !== length || offset !== this.#have[from] || offset + part > length) return;
    whole.set(bytes.subarray(start, start + part), offset);
    this.#have[from] += part;
    if (this.#have[from] < length) return;
    this.#fragments[from] = null;
    this.#handshake.message(type, piece, whole, 0, length, length);
  }
}

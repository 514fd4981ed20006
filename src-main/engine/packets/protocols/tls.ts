import type { Ends, Piece } from '../piece';
import { startsWith, u8, u16, u24 } from './bytes';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';
import type { RowList } from './row-list';
import { HandshakeReader, type TlsHandshake } from './tls-handshake';

/** Bytes of a handshake message that is spread over records: the first flight (problem catalogue section 4). */
const MAX_HANDSHAKE = 16_384;
const RECORD_HEADER = 5;
/** RFC 8446 section 5.1, and 2,048 for the ciphers of old. */
const MAX_RECORD = 16_384 + 2_048;
/** RFC 8446: two bytes of alert, the type, and a tag of 16 bytes; no handshake message is so short. */
const ALERT_13 = 19;
const TLS_13 = 0x0304;

/** Whether these bytes begin a TLS record. */
export function isTlsRecord(bytes: Uint8Array, start: number, end: number): boolean {
  return isRecordHeader(bytes, start, end) && u16(bytes, start + 3) <= MAX_RECORD;
}

/** Type and version of a record, whatever its length. */
function isRecordHeader(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < RECORD_HEADER) return false;
  const type = u8(bytes, start);
  return type >= 20 && type <= 24 && u8(bytes, start + 1) === 3 && u8(bytes, start + 2) <= 4;
}

/** A ClientHello in the form of SSL 2.0, as clients once greeted servers of any version. */
function isSsl2Hello(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 11 && (u8(bytes, start) & 0x80) !== 0 && u8(bytes, start + 2) === 1 && isSsl2Version(u16(bytes, start + 3))
  );
}

function isSsl2Version(version: number): boolean {
  return version === 2 || (version >= 0x0300 && version <= 0x0304);
}

/** Text is no TLS, on whatever port: tshark lets others read it. */
function isText(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < RECORD_HEADER) return false;
  for (let at = start; at < start + RECORD_HEADER; at++) if (u8(bytes, at) < 0x20 || u8(bytes, at) > 0x7e) return false;
  return true;
}

class Direction {
  /** Bytes of a handshake message that began in an earlier record: those that came, and how many there will be. */
  pending: Uint8Array | null = null;
  wanted = 0;
  encrypted = false;
  /** An encrypted handshake message was sent: the Finished, up to TLS 1.2. */
  finished = false;
}

/** TLS on one connection: record headers all the way, the handshake as far as it is in clear text. */
export class TlsFlow implements StreamReader {
  readonly handshake: HandshakeReader;
  readonly #sides: readonly [Direction, Direction] = [new Direction(), new Direction()];
  #known = false;
  /** A record was seen that only comes when a version was agreed on. */
  #settled = false;
  /** Nothing of it was TLS: another reader may try. */
  rejected = false;

  constructor(
    ends: Ends,
    rows: RowList<TlsHandshake>,
    readonly counted: (frame: number) => void,
  ) {
    this.handshake = new HandshakeReader('tcp', ends, rows);
  }

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    this.rejected = false;
    for (let at = start; at < end; ) {
      if (end - at < RECORD_HEADER && whole) return need.wants(at, ONE_SEGMENT);
      if (!this.#isRecord(bytes, at, end)) {
        this.#other(piece, bytes, at, end);
        return;
      }
      this.#known = true;
      if (u8(bytes, at) !== 22 || u8(bytes, at + RECORD_HEADER) !== 1) this.#settled = true;
      const next = at + RECORD_HEADER + u16(bytes, at + 3);
      if (next > end) {
        if (whole) need.wants(at, next - end, !this.#isReadable(piece, u8(bytes, at)));
        else this.#record(piece, bytes, at, end);
        return;
      }
      this.#record(piece, bytes, at, next);
      at = next;
    }
  }

  skipped(where: Where): void {
    this.counted(where.frame);
    if (this.handshake.row?.established_frame === null) this.handshake.established(where);
  }

  ended(): void {}

  lost(): void {}

  /** As tshark: once the version is settled the type alone makes a record (25: with a connection id), and its length is believed. */
  #isRecord(bytes: Uint8Array, at: number, end: number): boolean {
    return this.#settled
      ? end - at >= RECORD_HEADER && u8(bytes, at) >= 20 && u8(bytes, at) <= 25
      : isRecordHeader(bytes, at, end);
  }

  /** Only records that hold something to read are kept while they come. */
  #isReadable(where: Where, type: number): boolean {
    return type !== 23 && (type !== 22 || this.#readsHandshake(this.#sides[where.from]));
  }

  /** After a ChangeCipherSpec everything is encrypted, apart from a second ClientHello (middlebox compatibility). */
  #readsHandshake(side: Direction): boolean {
    return !side.encrypted || !this.handshake.sawServerHello;
  }

  #record(piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    this.counted(piece.frame);
    const side = this.#sides[piece.from];
    const body = start + RECORD_HEADER;
    switch (u8(bytes, start)) {
      case 20:
        side.encrypted = true;
        break;
      case 21:
        if (!side.encrypted && end - body === 2 && (u8(bytes, body) === 1 || u8(bytes, body) === 2)) {
          this.handshake.alert(piece, u8(bytes, body), u8(bytes, body + 1));
        } else if (!this.#sides.every(({ finished }) => finished)) this.handshake.encryptedAlert(piece);
        break;
      case 22:
        if (this.#readsHandshake(side)) this.#handshakeBytes(side, piece, bytes, body, end);
        else side.finished = true;
        break;
      case 23:
        if (this.#isAlert13(u16(bytes, start + 3))) this.handshake.encryptedAlert(piece);
        else this.handshake.established(piece);
        break;
      default:
    }
  }

  /** Everything looks like data in TLS 1.3: before the client's Finished an alert is told by its length. */
  #isAlert13(length: number): boolean {
    const { row } = this.handshake;
    return length === ALERT_13 && row?.version_number === TLS_13 && row.established_frame === null;
  }

  /** Handshake messages may be cut anywhere by records. */
  #handshakeBytes(side: Direction, piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    if (!side.pending) {
      const rest = this.#messages(piece, bytes, start, end);
      if (rest >= end || !HandshakeReader.plausible(bytes, rest, end)) return;
      side.wanted = Math.min(MAX_HANDSHAKE, 4 + u24(bytes, rest + 1));
      side.pending = bytes.slice(rest, end);
      return;
    }
    const taken = Math.min(end - start, side.wanted - side.pending.length);
    const whole = new Uint8Array(side.pending.length + taken);
    whole.set(side.pending);
    whole.set(bytes.subarray(start, start + taken), side.pending.length);
    side.pending = whole;
    if (whole.length < side.wanted) return;
    const length = u24(whole, 1);
    side.pending = null;
    this.handshake.message(u8(whole, 0), piece, whole, 4, whole.length, length);
    // What lies beyond the limit is not followed: the first message in it was the certificate.
    if (4 + length === whole.length && start + taken < end) this.#handshakeBytes(side, piece, bytes, start + taken, end);
  }

  /** @returns where the first message begins that is not whole */
  #messages(piece: Piece, bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at + 4 <= end) {
      const length = u24(bytes, at + 1);
      if (at + 4 + length > end) break;
      this.handshake.message(u8(bytes, at), piece, bytes, at + 4, at + 4 + length, length);
      at += 4 + length;
    }
    return at;
  }

  /** No record: the old hello, text, or the middle of a stream whose beginning was not captured. */
  #other(piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    if (isSsl2Hello(bytes, start, end)) {
      this.#known = true;
      this.counted(piece.frame);
      const legacy_version = u16(bytes, start + 3);
      const suites = Math.floor(u16(bytes, start + 5) / 3);
      const hello = { legacy_version, sni: null, alpn: [], versions: [], suites, ech: false };
      this.handshake.clientHello(hello, piece, end - start);
      return;
    }
    if (isText(bytes, start, end)) {
      const { row } = this.handshake;
      if (row && startsWith(bytes, start, end, 'HTTP/')) row.clear_text_answer = 'http';
      this.rejected = true;
      return;
    }
    if (this.#known || end - start >= RECORD_HEADER) this.counted(piece.frame);
  }
}

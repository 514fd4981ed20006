import type { Ends, Piece } from '../piece';
import { shownText, u8, u24, u32 } from './bytes';
import { InitialKeys, QUIC_V2, quicVersionName } from './quic-keys';
import type { RowList } from './row-list';
import { HandshakeReader, type TlsHandshake } from './tls-handshake';

/** Bytes of CRYPTO frames kept a side. */
const MAX_CRYPTO = 16_384;
const MAX_STRETCHES = 64;
const MAX_FRAMES = 512;
/** Packets put into one datagram. */
const MAX_COALESCED = 16;
/** Initials tried a flow: each costs two decryptions at most. */
const MAX_INITIALS = 64;
const MAX_NOTED = 16;

/** What is visible of a QUIC connection: the beginning, and how often it was tried. */
export interface QuicConnection {
  client: string;
  client_port: number;
  server: string;
  server_port: number;
  time: number;
  frame: number;
  version: string;
  client_initials: number;
  first_initial_frames: number[];
  last_initial_time: number;
  server_packets: number;
  server_frame: number | null;
  server_ms: number | null;
  retry_frames: number[];
  version_negotiation_frames: number[];
  versions_of_server: string[];
  /** CONNECTION_CLOSE in an Initial; later ones are encrypted. */
  close: { frame: number; by_client: boolean; code: number; reason: string } | null;
  sni: string | null;
}

/** CRYPTO data of one side: in pieces, in any order. */
class CryptoStream {
  #bytes: Uint8Array | null = null;
  readonly #stretches: [number, number][] = [];
  /** Everything before this was handed on as messages. */
  read = 0;

  /** @returns false when it adds nothing */
  add(offset: number, bytes: Uint8Array, start: number, length: number): boolean {
    const end = Math.min(offset + length, MAX_CRYPTO);
    if (end <= this.read || this.#stretches.some(([from, to]) => from <= offset && end <= to)) return false;
    if (this.#stretches.length >= MAX_STRETCHES || end <= offset) return false;
    this.#bytes ??= new Uint8Array(MAX_CRYPTO);
    this.#bytes.set(bytes.subarray(start, start + end - offset), offset);
    this.#stretches.push([offset, end]);
    return true;
  }

  /** The messages that are whole now. */
  *messages(): Generator<{ type: number; bytes: Uint8Array; start: number; end: number }> {
    let have = this.read;
    for (let again = true; again; ) {
      again = false;
      for (const [from, to] of this.#stretches) {
        if (from > have || to <= have) continue;
        have = to;
        again = true;
      }
    }
    const bytes = this.#bytes;
    while (bytes && this.read + 4 <= have) {
      const end = this.read + 4 + u24(bytes, this.read + 1);
      if (end > have) return;
      yield { type: u8(bytes, this.read), bytes, start: this.read + 4, end };
      this.read = end;
    }
  }
}

/** A variable-length integer (RFC 9000 section 16); `next` is where it ended. */
let next = 0;
function varint(bytes: Uint8Array, at: number): number {
  const first = u8(bytes, at);
  const length = 1 << (first >> 6);
  next = at + length;
  let value = first & 0x3f;
  for (let i = 1; i < length; i++) value = value * 256 + u8(bytes, at + i);
  return value;
}

/** Whether a datagram begins with a long header of QUIC as it looks in any version tshark knows. */
export function looksLikeQuic(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 16 || (u8(bytes, start) & 0xc0) !== 0xc0) return false;
  const version = u32(bytes, start + 1);
  const isKnown =
    version === 1 ||
    version === QUIC_V2 ||
    ((version & 0xffffff00) >>> 0 === 0xff000000 && (version & 255) > 4 && (version & 255) < 35) ||
    (version & 0xfffff000) >>> 0 === 0xfaceb000 ||
    (version & 0x0f0f0f0f) >>> 0 === 0x0a0a0a0a;
  const destination = u8(bytes, start + 5);
  if (!isKnown || destination > 20) return false;
  return u8(bytes, start + 6 + destination) <= 20;
}

/** QUIC on one UDP flow. */
export class QuicFlow {
  readonly #handshake: HandshakeReader;
  readonly #crypto: readonly [CryptoStream, CryptoStream] = [new CryptoStream(), new CryptoStream()];
  #keys: InitialKeys | null = null;
  /** What the client calls the server; keys are made of it. */
  #keyId = '';
  #keyVersion = 0;
  #row: QuicConnection | null = null;
  #client: 0 | 1 = 0;
  #initials = 0;

  constructor(
    readonly ends: Ends,
    readonly rows: RowList<QuicConnection>,
    tls: RowList<TlsHandshake>,
    readonly counted: (frame: number) => void,
    readonly countedTls: (frame: number) => void,
  ) {
    this.#handshake = new HandshakeReader('quic', ends, tls);
  }

  read(piece: Piece): boolean {
    const { bytes, start, end } = piece;
    this.counted(piece.frame);
    let at = start;
    for (let packets = 0; at < end && packets < MAX_COALESCED; packets++) {
      if ((u8(bytes, at) & 0x80) === 0) {
        this.#fromServer(piece);
        break;
      }
      const after = this.#longHeader(piece, bytes, at, end);
      if (after <= at) break;
      at = after;
    }
    return true;
  }

  /** @returns where the packet ends; `at` when that cannot be known */
  #longHeader(piece: Piece, bytes: Uint8Array, at: number, end: number): number {
    const version = u32(bytes, at + 1);
    const destination = at + 6;
    const source = destination + u8(bytes, at + 5) + 1;
    const rest = source + u8(bytes, source - 1);
    if (rest > end) return at;
    if (version === 0) {
      this.#versionNegotiation(piece, bytes, rest, end);
      return end;
    }
    // RFC 9369 section 3.2: version 2 counts the types from Retry on.
    const type = ((u8(bytes, at) >> 4) + (version === QUIC_V2 ? 3 : 0)) & 3;
    if (type === 3) {
      this.#retry(piece);
      return end;
    }
    let length = rest;
    if (type === 0) {
      const token = varint(bytes, rest);
      length = next + token;
    }
    if (length >= end) return at;
    const packet = varint(bytes, length);
    const numberAt = next;
    const packetEnd = numberAt + packet;
    if (type === 0)
      this.#initial(piece, bytes, at, destination, source - 1, numberAt, Math.min(packetEnd, end), version, packetEnd <= end);
    else this.#fromServer(piece);
    return packetEnd;
  }

  #initial(
    piece: Piece,
    bytes: Uint8Array,
    at: number,
    idFrom: number,
    idTo: number,
    numberAt: number,
    end: number,
    version: number,
    whole: boolean,
  ): void {
    const byServer = this.#row !== null && piece.from !== this.#client;
    if (!byServer) {
      this.#row ??= this.#open(piece, version);
      const row = this.#row;
      row.client_initials++;
      row.last_initial_time = piece.ts;
      row.version = quicVersionName(version);
      if (row.first_initial_frames.length < MAX_NOTED) row.first_initial_frames.push(piece.frame);
    } else this.#fromServer(piece);
    if (!whole || ++this.#initials > MAX_INITIALS) return;
    let frames = this.#keys && this.#keyVersion === version ? this.#keys.open(byServer, bytes, at, numberAt, end) : null;
    if (!frames && !byServer) {
      // The first one, or the one after a Retry, or one of a server that chose another version.
      const id = bytes.subarray(idFrom, idTo);
      const name = `${version} ${id.toString()}`;
      if (name === this.#keyId) return;
      const keys = InitialKeys.of(version, id);
      frames = keys?.open(byServer, bytes, at, numberAt, end) ?? null;
      if (!frames) return;
      this.#keys = keys;
      this.#keyId = name;
      this.#keyVersion = version;
    }
    if (frames) this.#frames(piece, frames);
  }

  /** The frames an Initial may carry (RFC 9000 section 12.4). */
  #frames(piece: Piece, bytes: Uint8Array): void {
    const end = bytes.length;
    for (let at = 0, frames = 0; at < end && frames < MAX_FRAMES; frames++) {
      const type = u8(bytes, at);
      at++;
      if (type === 0) while (at < end && bytes[at] === 0) at++;
      else if (type === 2 || type === 3) at = acknowledgement(bytes, at, type === 3);
      else if (type === 6) {
        const offset = varint(bytes, at);
        const length = varint(bytes, next);
        at = next + length;
        if (at > end) return;
        this.#cryptoData(piece, offset, bytes, next, length);
      } else if (type === 0x1c || type === 0x1d) {
        this.#close(piece, bytes, at, type === 0x1c);
        return;
      } else if (type !== 1) return;
    }
  }

  #cryptoData(piece: Piece, offset: number, bytes: Uint8Array, start: number, length: number): void {
    const stream = this.#crypto[piece.from];
    if (!stream.add(offset, bytes, start, length)) return;
    for (const message of stream.messages()) {
      this.countedTls(piece.frame);
      this.#handshake.message(message.type, piece, message.bytes, message.start, message.end, message.end - message.start);
    }
    if (this.#row) this.#row.sni = this.#handshake.row?.sni ?? null;
  }

  #close(piece: Piece, bytes: Uint8Array, at: number, withFrameType: boolean): void {
    if (!this.#row || this.#row.close) return;
    const code = varint(bytes, at);
    if (withFrameType) varint(bytes, next);
    const length = varint(bytes, next);
    const reason = shownText(bytes, next, Math.min(bytes.length, next + length));
    this.#row.close = { frame: piece.frame, by_client: piece.from === this.#client, code, reason };
  }

  #versionNegotiation(piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    const row = this.#row;
    if (!row) return;
    this.#fromServer(piece);
    if (row.version_negotiation_frames.length < MAX_NOTED) row.version_negotiation_frames.push(piece.frame);
    row.versions_of_server = [];
    for (let at = start; at + 4 <= end && row.versions_of_server.length < MAX_NOTED; at += 4) {
      row.versions_of_server.push(quicVersionName(u32(bytes, at)));
    }
  }

  #retry(piece: Piece): void {
    this.#fromServer(piece);
    if (this.#row && this.#row.retry_frames.length < MAX_NOTED) this.#row.retry_frames.push(piece.frame);
  }

  #fromServer(piece: Piece): void {
    const row = this.#row;
    if (!row || piece.from === this.#client) return;
    if (row.server_packets++ > 0) return;
    row.server_frame = piece.frame;
    row.server_ms = (piece.ts - row.time) * 1000;
  }

  #open(piece: Piece, version: number): QuicConnection {
    this.#client = piece.from;
    const client = piece.from === 0 ? this.ends.a : this.ends.b;
    const server = piece.from === 0 ? this.ends.b : this.ends.a;
    const row: QuicConnection = {
      client: client.ip,
      client_port: client.port,
      server: server.ip,
      server_port: server.port,
      time: piece.ts,
      frame: piece.frame,
      version: quicVersionName(version),
      client_initials: 0,
      first_initial_frames: [],
      last_initial_time: piece.ts,
      server_packets: 0,
      server_frame: null,
      server_ms: null,
      retry_frames: [],
      version_negotiation_frames: [],
      versions_of_server: [],
      close: null,
      sni: null,
    };
    this.rows.add(row);
    return row;
  }
}

/** RFC 9000 section 19.3 */
function acknowledgement(bytes: Uint8Array, start: number, withEcn: boolean): number {
  varint(bytes, start);
  varint(bytes, next);
  const ranges = varint(bytes, next);
  varint(bytes, next);
  for (let i = 0; i < ranges * 2 + (withEcn ? 3 : 0) && next < bytes.length; i++) varint(bytes, next);
  return next;
}

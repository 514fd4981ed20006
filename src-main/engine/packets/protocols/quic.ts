import type { Ends, Piece } from '../piece';
import { shownText, u8, u16, u32 } from './bytes';
import { CryptoStream } from './crypto-stream';
import type { KeyLog, SecretName } from './key-log';
import { type FrameSink, readFrames } from './quic-frames';
import { type InitialKeys, initialKeys, PacketKeys, QUIC_V2, quicVersionName } from './quic-keys';
import type { RowList } from './row-list';
import { HandshakeReader, type TlsHandshake } from './tls-handshake';
import { varint, varintEnd } from './varint';

/** Packets put into one datagram. */
const MAX_COALESCED = 16;
/** Initials opened of one flow: each costs two decryptions at most. */
const MAX_INITIALS = 64;
/** Packets opened of one flow with secrets that came in the file. */
const MAX_OPENED = 10_000;
const MAX_NOTED = 16;
const MAX_CONNECTION_ID = 20;

/** What is visible of a QUIC connection: the beginning, and how often it was tried. */
export interface QuicConnection {
  /** Number of the flow. */
  stream: number;
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

/** Whether a datagram begins with a long header of a version tshark knows. */
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
  if (!isKnown || destination > MAX_CONNECTION_ID) return false;
  return u8(bytes, start + 6 + destination) <= MAX_CONNECTION_ID;
}

/** Where and what the packets of a connection are counted and noted for. */
export interface QuicSinks {
  rows: RowList<QuicConnection>;
  tls: RowList<TlsHandshake>;
  keys: KeyLog;
  counted(frame: number): void;
  countedTls(frame: number): void;
  /** A message of DNS over QUIC; only with secrets. */
  dns(piece: Piece, bytes: Uint8Array, start: number, end: number): void;
}

/** QUIC on one UDP flow. */
export class QuicFlow implements FrameSink {
  readonly #handshake: HandshakeReader;
  /** By level and direction: of Initials, and of handshake packets. */
  readonly #crypto: (CryptoStream | undefined)[] = [];
  #level = 0;
  #keys: InitialKeys | null = null;
  /** What the client calls the server: keys are made of it. */
  #keyId = '';
  #version = 0;
  #row: QuicConnection | null = null;
  #client: 0 | 1 = 0;
  #initials = 0;
  #opened = 0;
  #random: Uint8Array | null = null;
  /** Lengths of the connection ids each end chose: packets with a short header begin with the other's. */
  readonly #idLengths: [number, number] = [0, 0];
  readonly #secretKeys = new Map<SecretName, PacketKeys | null>();
  #piece: Piece | null = null;

  constructor(
    readonly ends: Ends,
    readonly sinks: QuicSinks,
  ) {
    this.#handshake = new HandshakeReader('quic', ends, sinks.tls);
  }

  read(piece: Piece): boolean {
    const { bytes, start, end } = piece;
    this.sinks.counted(piece.frame);
    this.#piece = piece;
    let at = start;
    for (let packets = 0; at < end && packets < MAX_COALESCED; packets++) {
      if ((u8(bytes, at) & 0x80) === 0) {
        this.#shortHeader(piece, bytes, at, end);
        break;
      }
      const after = this.#longHeader(piece, bytes, at, end);
      if (after <= at) break;
      at = after;
    }
    this.#piece = null;
    return true;
  }

  #isByServer({ from }: Piece): boolean {
    return this.#row !== null && from !== this.#client;
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
    this.#idLengths[piece.from] = rest - source;
    // RFC 9369 section 3.2: version 2 counts the types from Retry on.
    const type = ((u8(bytes, at) >> 4) + (version === QUIC_V2 ? 3 : 0)) & 3;
    if (type === 3) {
      this.#retry(piece);
      return end;
    }
    let lengthAt = rest;
    if (type === 0) lengthAt = varint(bytes, rest) + varintEnd();
    if (lengthAt >= end) return at;
    const length = varint(bytes, lengthAt);
    const numberAt = varintEnd();
    const next = numberAt + length;
    if (type === 0) {
      this.#noteInitial(piece, version);
      if (next <= end) this.#initial(piece, bytes, at, bytes.subarray(destination, source - 1), numberAt, next, version);
    } else {
      this.#fromServer(piece);
      const secret = this.#isByServer(piece) ? 'SERVER_HANDSHAKE_TRAFFIC_SECRET' : 'CLIENT_HANDSHAKE_TRAFFIC_SECRET';
      if (type === 2 && next <= end) this.#openWith(secret, 1, bytes, at, numberAt, next);
    }
    return next;
  }

  #shortHeader(piece: Piece, bytes: Uint8Array, at: number, end: number): void {
    this.#fromServer(piece);
    const secret = this.#isByServer(piece) ? 'SERVER_TRAFFIC_SECRET_0' : 'CLIENT_TRAFFIC_SECRET_0';
    this.#openWith(secret, 2, bytes, at, at + 1 + this.#idLengths[piece.from === 0 ? 1 : 0], end);
  }

  #noteInitial(piece: Piece, version: number): void {
    this.#version = version;
    if (this.#isByServer(piece)) return this.#fromServer(piece);
    this.#row ??= this.#open(piece, version);
    const row = this.#row;
    row.client_initials++;
    row.last_initial_time = piece.ts;
    row.version = quicVersionName(version);
    if (row.first_initial_frames.length < MAX_NOTED) row.first_initial_frames.push(piece.frame);
  }

  #initial(piece: Piece, bytes: Uint8Array, at: number, id: Uint8Array, numberAt: number, end: number, version: number): void {
    if (++this.#initials > MAX_INITIALS) return;
    const byServer = this.#isByServer(piece);
    const keys = byServer ? this.#keys?.server : this.#keys?.client;
    let opened = keys?.open(bytes, at, numberAt, end) ?? null;
    if (!opened && !byServer) {
      // The first one, or the one after a Retry, or of another version.
      const keyId = `${version} ${id.toString()}`;
      if (keyId === this.#keyId) return;
      const made = initialKeys(version, id);
      opened = made?.client.open(bytes, at, numberAt, end) ?? null;
      if (!opened) return;
      this.#keys = made;
      this.#keyId = keyId;
    }
    this.#level = 0;
    if (opened) readFrames(opened.frames, this);
  }

  /** With a secret from the file: what no bystander could read. */
  #openWith(name: SecretName, level: number, bytes: Uint8Array, at: number, numberAt: number, end: number): void {
    if (!this.#random || this.sinks.keys.isEmpty || ++this.#opened > MAX_OPENED) return;
    let keys = this.#secretKeys.get(name);
    if (keys === undefined) {
      const secret = this.sinks.keys.find(name, this.#random);
      const suite = this.#handshake.row?.suite_number ?? null;
      if (secret && suite === null) return;
      keys = secret && suite !== null ? PacketKeys.of(this.#version, suite, secret) : null;
      this.#secretKeys.set(name, keys);
    }
    const opened = keys?.open(bytes, at, numberAt, end);
    this.#level = level;
    if (opened) readFrames(opened.frames, this);
  }

  crypto(offset: number, bytes: Uint8Array, start: number, length: number): void {
    const piece = this.#piece;
    if (!piece || this.#level > 1) return;
    const stream = (this.#crypto[this.#level * 2 + piece.from] ??= new CryptoStream());
    if (!stream.add(offset, bytes, start, length)) return;
    for (const message of stream.messages()) {
      this.sinks.countedTls(piece.frame);
      this.#handshake.message(message.type, piece, message.bytes, message.start, message.end, message.end - message.start);
      if (message.type === 1 && !this.#random) this.#random = message.bytes.slice(message.start + 2, message.start + 34);
    }
    if (this.#row) this.#row.sni = this.#handshake.row?.sni ?? null;
  }

  /** DNS over QUIC (RFC 9250 section 4.2): one message a stream, behind two bytes of length. */
  stream(_id: number, offset: number, fin: boolean, bytes: Uint8Array, start: number, end: number): void {
    const piece = this.#piece;
    const isDns = this.#handshake.row?.alpn_offered.some(name => name.startsWith('doq')) ?? false;
    if (!piece || !isDns || !fin || offset !== 0 || end - start < 2 + 12) return;
    const length = u16(bytes, start);
    this.sinks.dns(piece, bytes, start + 2, length >= 12 ? Math.min(end, start + 2 + length) : end);
  }

  close(code: number, bytes: Uint8Array, reasonStart: number, reasonEnd: number): void {
    const piece = this.#piece;
    if (!this.#row || !piece || this.#row.close) return;
    const reason = shownText(bytes, reasonStart, reasonEnd);
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
      stream: this.ends.number,
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
    this.sinks.rows.add(row);
    return row;
  }
}

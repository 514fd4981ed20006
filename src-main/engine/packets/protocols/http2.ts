import type { Ends, Piece } from '../piece';
import { startsWith, u8, u24, u32 } from './bytes';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';
import type { RowList } from './row-list';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** What is left of it behind a first line and an empty line. */
const PREFACE_BODY = 'SM\r\n\r\n';
const FRAME_HEADER = 9;
/** Frames longer than this are skipped: what is read is short. */
const MAX_READ = 4_096;
const MAX_NOTED = 16;
/** `application/grpc` in the code of HPACK (RFC 7541 appendix B), as every client sends it; and as plain text. */
const GRPC_CODED = String.fromCharCode(...Buffer.from('1d75d0620d263d4c4d6564', 'hex'));
const GRPC_PLAIN = 'application/grpc';

/** An HTTP/2 connection in clear text. Requests are compressed: they are not listed. */
export interface Http2Connection {
  client: string;
  client_port: number;
  server: string;
  server_port: number;
  time: number;
  first_frame: number;
  /** Streams the client opened. */
  streams: number;
  grpc: boolean;
  resets: { frame: number; stream: number; code: number }[];
  goaway: { frame: number; by_client: boolean; code: number } | null;
}

/** Whether a connection begins like HTTP/2 without TLS (RFC 9113 section 3.4). */
export function isHttp2Preface(bytes: Uint8Array, start: number, end: number): boolean {
  return startsWith(bytes, start, end, PREFACE);
}

/** HTTP/2 frames on one connection. */
export class Http2Flow implements StreamReader {
  #row: Http2Connection | null = null;
  #highest = 0;

  constructor(
    readonly ends: Ends,
    readonly rows: RowList<Http2Connection>,
    readonly counted: (frame: number, grpc: boolean) => void,
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    for (let at = start; at < end; ) {
      if (startsWith(bytes, at, end, PREFACE)) at += PREFACE.length;
      else if (startsWith(bytes, at, end, PREFACE_BODY)) at += PREFACE_BODY.length;
      if (at >= end) return this.#count(piece);
      if (end - at < FRAME_HEADER) return whole ? need.wants(at, ONE_SEGMENT) : this.#count(piece);
      const next = at + FRAME_HEADER + u24(bytes, at);
      if (next > end && whole) return need.wants(at, next - end, next - at > MAX_READ);
      this.#frame(piece, bytes, at, Math.min(next, end));
      at = next;
    }
  }

  skipped(where: Where): void {
    this.#count(where);
  }

  ended(): void {}

  lost(): void {}

  #count(where: Where): void {
    this.counted(where.frame, this.#row?.grpc ?? false);
  }

  #frame(piece: Piece, bytes: Uint8Array, at: number, end: number): void {
    this.#row ??= this.#open(piece);
    const row = this.#row;
    const stream = u32(bytes, at + 5) & 0x7fffffff;
    const body = at + FRAME_HEADER;
    switch (u8(bytes, at + 3)) {
      case 1:
        // Odd numbers are the client's; they only rise.
        if ((stream & 1) === 1 && stream > this.#highest) {
          this.#highest = stream;
          row.streams++;
        }
        row.grpc ||= holds(bytes, body, end, GRPC_CODED) || holds(bytes, body, end, GRPC_PLAIN);
        break;
      case 3:
        if (row.resets.length < MAX_NOTED) row.resets.push({ frame: piece.frame, stream, code: u32(bytes, body) });
        break;
      case 7:
        row.goaway ??= { frame: piece.frame, by_client: piece.from === 0, code: u32(bytes, body + 4) };
        break;
      default:
    }
    this.#count(piece);
  }

  #open({ frame, ts }: Piece): Http2Connection {
    const { a, b } = this.ends;
    const row: Http2Connection = {
      client: a.ip,
      client_port: a.port,
      server: b.ip,
      server_port: b.port,
      time: ts,
      first_frame: frame,
      streams: 0,
      grpc: false,
      resets: [],
      goaway: null,
    };
    this.rows.add(row);
    return row;
  }
}

function holds(bytes: Uint8Array, start: number, end: number, wanted: string): boolean {
  for (let at = start; at + wanted.length <= end; at++) if (startsWith(bytes, at, end, wanted)) return true;
  return false;
}

import type { Ends, Piece } from '../piece';
import { hexText, ipv4Text, shownText, u8, u32 } from './bytes';
import type { RowList } from './row-list';

/** Seconds from 1900 to 1970. */
const ERA = 2_208_988_800;
/** Requests of one flow that wait. */
const MAX_WAITING = 16;

/** A request of a client and its answer (RFC 5905). */
export interface NtpExchange {
  /** Number of the flow. */
  stream: number;
  client: string;
  client_port: number;
  server: string;
  time: number;
  version: number;
  request_frame: number | null;
  response_frame: number | null;
  response_ms: number | null;
  leap: number | null;
  stratum: number | null;
  /** Kiss code of stratum 0, name of stratum 1, address above. */
  reference: string | null;
  /** How far the clock that stamped this capture is behind the server's; right where it is the client's. */
  offset_ms: number | null;
}

export class NtpFlow {
  /** By transmit time stamp of the request: the answer brings it back. */
  readonly #waiting = new Map<string, NtpExchange>();

  constructor(
    readonly ends: Ends,
    readonly rows: RowList<NtpExchange>,
    readonly counted: (frame: number) => void,
  ) {}

  read(piece: Piece): boolean {
    const { bytes, start, end, frame, ts } = piece;
    this.counted(frame);
    if (end - start < 48) return true;
    const mode = u8(bytes, start) & 7;
    if (mode === 3) {
      const row = this.#row(piece, piece.from === 0);
      row.request_frame = frame;
      if (!this.rows.add(row)) return true;
      const [oldest] = this.#waiting.size >= MAX_WAITING ? this.#waiting.keys() : [];
      if (oldest !== undefined) this.#waiting.delete(oldest);
      this.#waiting.set(hexText(bytes, start + 40, start + 48), row);
    } else if (mode === 4) {
      const origin = hexText(bytes, start + 24, start + 32);
      let row = this.#waiting.get(origin);
      if (row) {
        this.#waiting.delete(origin);
        row.response_ms = (ts - row.time) * 1000;
        row.offset_ms = ((seconds(bytes, start + 32) - row.time + seconds(bytes, start + 40) - ts) / 2) * 1000;
      } else {
        row = this.#row(piece, piece.from === 1);
        if (!this.rows.add(row)) return true;
      }
      row.response_frame = frame;
      row.leap = u8(bytes, start) >> 6;
      row.stratum = u8(bytes, start + 1);
      row.reference = row.stratum < 2 ? shownText(bytes, start + 12, textEnd(bytes, start + 12)) : ipv4Text(bytes, start + 12);
    }
    return true;
  }

  #row(piece: Piece, clientIsA: boolean): NtpExchange {
    const client = clientIsA ? this.ends.a : this.ends.b;
    const server = clientIsA ? this.ends.b : this.ends.a;
    return {
      stream: this.ends.number,
      client: client.ip,
      client_port: client.port,
      server: server.ip,
      time: piece.ts,
      version: (u8(piece.bytes, piece.start) >> 3) & 7,
      request_frame: null,
      response_frame: null,
      response_ms: null,
      leap: null,
      stratum: null,
      reference: null,
      offset_ms: null,
    };
  }
}

/** Four letters, filled up with zeros. */
function textEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < start + 4 && u8(bytes, at) !== 0) at++;
  return at;
}

/** An NTP time stamp in seconds since 1970; from 2036 on the count begins again (era 1). */
function seconds(bytes: Uint8Array, at: number): number {
  const whole = u32(bytes, at);
  return whole + (whole < 0x8000_0000 ? 2 ** 32 : 0) - ERA + u32(bytes, at + 4) / 2 ** 32;
}

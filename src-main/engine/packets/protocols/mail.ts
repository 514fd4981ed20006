import type { Piece } from '../piece';
import { latin1, lineEnd, lineFeed } from './bytes';
import type { Making } from './making';
import { type Need, ONE_SEGMENT, type StreamReader } from './messages';
import { noteCredential, saslStart, type TextCredential } from './text-lines';

const MAX_LINE = 1_024;

/** SMTP: commands and answers line by line, the mail itself by segments, TLS after STARTTLS. */
export class SmtpFlow implements StreamReader {
  #after: StreamReader | null = null;
  /** The client sent DATA and the server let it. */
  #dataAsked = false;
  #inData = false;
  #tlsAsked = false;
  /** The next lines of the client are a SASL exchange. */
  #sasl: TextCredential | null = null;
  /** Bytes of a BDAT chunk to come. */
  #chunk = 0;
  /** Which end is the server: who sends three digits first. */
  #server: 0 | 1 = 1;
  #tail = '';

  constructor(
    readonly making: Making,
    readonly counted: (frame: number) => void,
    readonly tls: (making: Making) => StreamReader,
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    for (let at = start; at < end; ) {
      if (this.#after) return this.#after.read(piece, bytes, at, end, need, whole);
      const fromServer = piece.from === this.#server;
      if (!fromServer && (this.#inData || this.#chunk > 0)) {
        at = this.#mail(piece, bytes, at, end);
        continue;
      }
      const lf = lineFeed(bytes, at, end);
      if (lf < 0 && whole) return need.wants(at, ONE_SEGMENT);
      this.counted(piece.frame);
      const line = latin1(bytes, at, Math.min(at + MAX_LINE, lf < 0 ? end : lineEnd(bytes, at, lf)));
      at = lf < 0 ? end : lf + 1;
      if (fromServer) this.#answer(line);
      else this.#command(piece, line);
    }
  }

  /** @returns where commands begin again */
  #mail(piece: Piece, bytes: Uint8Array, start: number, end: number): number {
    this.counted(piece.frame);
    if (this.#chunk > 0) {
      const taken = Math.min(this.#chunk, end - start);
      this.#chunk -= taken;
      return start + taken;
    }
    // The end may be cut: five bytes are looked at across segments.
    for (let at = start; at < end; at++) {
      this.#tail = (this.#tail + String.fromCharCode(bytes[at] ?? 0)).slice(-5);
      if (this.#tail !== '\r\n.\r\n') continue;
      this.#inData = false;
      this.#tail = '';
      return at + 1;
    }
    return end;
  }

  #answer(line: string): void {
    const code = Number(line.slice(0, 3));
    if (line[3] === '-') return;
    if (this.#dataAsked) {
      this.#dataAsked = false;
      this.#inData = code === 354;
      this.#tail = '\r\n';
    }
    if (this.#tlsAsked) {
      this.#tlsAsked = false;
      if (code === 220) this.#after = this.tls(this.making);
    }
    if (code !== 334) this.#sasl = null;
  }

  #command(piece: Piece, line: string): void {
    if (this.#sasl) {
      noteCredential(this.making, 'smtp', piece, { ...this.#sasl, length: line.length });
      return;
    }
    const verb = line.slice(0, 8).toUpperCase();
    if (verb === 'DATA') this.#dataAsked = true;
    else if (verb === 'STARTTLS') this.#tlsAsked = true;
    else if (verb.startsWith('BDAT ')) this.#chunk = Math.min(Number(/^BDAT (\d{1,10})/i.exec(line)?.[1] ?? 0), 2 ** 32);
    else if (verb.startsWith('AUTH ')) {
      this.#sasl = saslStart(line);
      if (this.#sasl && this.#sasl.length > 0) noteCredential(this.making, 'smtp', piece, this.#sasl);
    } else if (/^\d{3}[ -]/.test(line)) this.#server = piece.from;
  }

  skipped(...args: Parameters<StreamReader['skipped']>): void {
    this.#after?.skipped(...args);
  }

  ended(...args: Parameters<StreamReader['ended']>): void {
    this.#after?.ended(...args);
  }

  lost(from: 0 | 1): void {
    this.#after?.lost(from);
  }
}

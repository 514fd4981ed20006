import type { Piece } from '../piece';
import { latin1, lineEnd, lineFeed, startsWith } from './bytes';
import { headEnd } from './http-head';
import type { MediaSessions } from './media';
import { type Need, ONE_SEGMENT, type StreamReader } from './messages';

const METHODS =
  /^(ACK|BYE|CANCEL|DO|INFO|INVITE|MESSAGE|NOTIFY|OPTIONS|PRACK|QAUTH|REFER|REGISTER|SPRACK|SUBSCRIBE|UPDATE|PUBLISH) \S+ SIP\/2\.0$/;

/** Whether the first line is one of SIP (RFC 3261 section 7). */
export function looksLikeSip(bytes: Uint8Array, start: number, end: number): boolean {
  if (startsWith(bytes, start, end, 'SIP/2.0 ')) return true;
  const first = bytes[start] ?? 0;
  if (first < 0x41 || first > 0x5a) return false;
  const lf = lineFeed(bytes, start, Math.min(end, start + 1_024));
  return lf > 0 && METHODS.test(latin1(bytes, start, lineEnd(bytes, start, lf)));
}

/** SIP over UDP or TCP: counted; session descriptions in it announce the media. */
export class SipFlow implements StreamReader {
  rejected = false;

  constructor(
    readonly media: MediaSessions,
    readonly counted: (frame: number) => void,
    readonly countedSdp: (frame: number) => void,
  ) {}

  datagram(piece: Piece): boolean {
    const { bytes, start, end, frame } = piece;
    if (!looksLikeSip(bytes, start, end)) return false;
    this.counted(frame);
    const body = headEnd(bytes, start, end);
    if (body > 0) this.#body(frame, bytes, start, body, end);
    return true;
  }

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    for (let at = start; at < end; ) {
      // Empty lines keep the connection alive (RFC 5626 section 3.5.1).
      while (at < end && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at++;
      if (at >= end) return;
      const body = headEnd(bytes, at, end);
      if (body < 0) {
        if (whole) need.wants(at, ONE_SEGMENT);
        else this.counted(piece.frame);
        return;
      }
      const next = body + contentLength(bytes, at, body);
      if (next > end && whole) return need.wants(at, next - end);
      this.counted(piece.frame);
      this.#body(piece.frame, bytes, at, body, Math.min(next, end));
      at = next;
    }
  }

  skipped(): void {}

  ended(): void {}

  lost(): void {}

  #body(frame: number, bytes: Uint8Array, head: number, start: number, end: number): void {
    if (start >= end || !/^(?:content-type|c)\s*:\s*application\/sdp/im.test(latin1(bytes, head, Math.min(start, head + 8_192))))
      return;
    this.countedSdp(frame);
    this.media.read(bytes, start, end);
  }
}

function contentLength(bytes: Uint8Array, start: number, end: number): number {
  const length = /^(?:content-length|l)\s*:\s*(\d{1,6})/im.exec(latin1(bytes, start, Math.min(end, start + 8_192)))?.[1];
  return length === undefined ? 0 : Number(length);
}

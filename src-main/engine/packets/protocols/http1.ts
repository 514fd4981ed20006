import type { Ends, Piece } from '../piece';
import { anyLineEnd, latin1, lineFeed } from './bytes';
import type { Credentials } from './credentials';
import { type HeadCredential, type HttpHead, headEnd, isFirstLine, readHead, secretFields } from './http-head';
import { type HttpTransaction, newTransaction } from './http-transaction';
import { type Need, ONE_SEGMENT, type StreamReader, type Where } from './messages';
import type { RowList } from './row-list';

/** Requests of one connection that wait for their responses (pipelining). */
const MAX_WAITING = 256;
/** Forms longer than this are not looked through for secret fields. */
const MAX_FORM = 16_384;
/** Chunk sizes of more digits are no sizes. */
const MAX_CHUNK_DIGITS = 12;
/** "Until the connection ends": a number no body in a capture reaches. */
const UNTIL_CLOSE = 2 ** 48;

/** Where a direction stands inside a message. */
type State = 'head' | 'body' | 'until-close' | 'chunk' | 'chunk-body' | 'trailer';

class Direction {
  state: State = 'head';
  head: HttpHead | null = null;
  row: HttpTransaction | null = null;
  /** Length of the head that `head` was read from. */
  headLength = 0;
  /** Bytes of a head already looked through for its end. */
  scanned = 0;
  /** Its first line is there, and one of HTTP. */
  begun = false;
  firstFrame = 0;
  firstTime = 0;
  /** Bytes of the chunk to come, the line end behind it included. */
  chunk = 0;

  next(): void {
    this.state = 'head';
    this.head = null;
    this.row = null;
    this.scanned = 0;
    this.begun = false;
    this.firstFrame = 0;
  }
}

/** HTTP/1.x on one connection. */
export class HttpFlow implements StreamReader {
  readonly #sides: readonly [Direction, Direction] = [new Direction(), new Direction()];
  readonly #waiting: HttpTransaction[] = [];
  /** A request was seen: what follows and is no message is a continuation. */
  #seen = false;
  #after: StreamReader | null = null;

  constructor(
    readonly ends: Ends,
    readonly rows: RowList<HttpTransaction>,
    readonly credentials: Credentials,
    readonly counted: (frame: number) => void,
    /** What reads the connection after an upgrade or CONNECT. */
    readonly upgraded: (protocol: string) => StreamReader | null,
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    const side = this.#sides[piece.from];
    for (let at = start; at < end; ) {
      if (this.#after) return this.#after.read(piece, bytes, at, end, need, whole);
      if (!whole) return this.#cut(side, piece, bytes, at, end);
      const next = this.#step(side, piece, bytes, at, end, need);
      if (next < 0) return;
      at = next;
    }
    // Chunks follow, or their trailer: the message goes on with whatever comes next.
    if (side.state !== 'head') need.wants(end, ONE_SEGMENT);
  }

  /** @returns where to go on, -1 when more is needed or nothing can be read */
  #step(side: Direction, piece: Piece, bytes: Uint8Array, at: number, end: number, need: Need): number {
    switch (side.state) {
      case 'chunk-body':
        return chunkBytes(side, at, end);
      case 'chunk':
        return this.#chunk(side, piece, bytes, at, end, need);
      case 'trailer':
        return this.#trailer(side, piece, bytes, at, end, need);
      case 'body':
        // Read again from its head on: a form that was kept.
        if (side.head) this.#form(side.head, piece, bytes, at + side.headLength, end);
        at += side.headLength + (side.head?.content_length ?? 0);
        this.#complete(side, piece);
        return at;
      default:
        return this.#head(side, piece, bytes, at, end, need);
    }
  }

  #head(side: Direction, piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need): number {
    side.state = 'head';
    if (side.firstFrame === 0) {
      side.firstFrame = piece.frame;
      side.firstTime = piece.ts;
    }
    let at = start;
    while (at < end && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at++;
    if (!side.begun) {
      // What does not begin like text is no head, and nothing is waited for.
      const isText = at >= end || isPrintable(bytes[at] ?? 0);
      const lineEnd = isText ? anyLineEnd(bytes, Math.max(at, start + side.scanned), end) : at;
      if (lineEnd < 0) return more(side, start, end, need);
      if (!isText || !isFirstLine(bytes, at, lineEnd)) {
        side.next();
        if (this.#seen || looksLikeField(bytes, at, lineEnd)) this.counted(piece.frame);
        return -1;
      }
      side.begun = true;
    }
    // Three bytes back: the empty line may begin in what was looked through.
    const bodyAt = headEnd(bytes, Math.max(at, start + side.scanned - 3), end);
    if (bodyAt < 0) return more(side, start, end, need);
    const head = readHead(bytes, at, bodyAt, true);
    side.head = head;
    side.headLength = bodyAt - start;
    side.row = head.request ? this.#request(side, head, piece) : this.#response(side, head, piece);
    return this.#body(side, head, piece, bytes, start, bodyAt, end, need);
  }

  #body(
    side: Direction,
    head: HttpHead,
    piece: Piece,
    bytes: Uint8Array,
    start: number,
    bodyAt: number,
    end: number,
    need: Need,
  ): number {
    if (!head.request && hasNoBody(head.status, side.row?.method ?? null)) {
      this.#complete(side, piece);
      return bodyAt;
    }
    if (head.chunked) {
      side.state = 'chunk';
      return bodyAt;
    }
    if (head.content_length !== null) {
      const missing = head.content_length - (end - bodyAt);
      if (missing <= 0) {
        this.#form(head, piece, bytes, bodyAt, bodyAt + head.content_length);
        this.#complete(side, piece);
        return bodyAt + head.content_length;
      }
      side.state = 'body';
      need.wants(start, missing, !(isForm(head) && head.content_length <= MAX_FORM));
      return -1;
    }
    if (head.request) {
      this.#complete(side, piece);
      return bodyAt;
    }
    side.state = 'until-close';
    need.wants(start, UNTIL_CLOSE, true);
    return -1;
  }

  #chunk(side: Direction, piece: Piece, bytes: Uint8Array, at: number, end: number, need: Need): number {
    const lf = lineFeed(bytes, at, end);
    if (lf < 0) {
      need.wants(at, ONE_SEGMENT);
      return -1;
    }
    const digits = /^[0-9a-f]+/i.exec(latin1(bytes, at, Math.min(lf, at + MAX_CHUNK_DIGITS)))?.[0];
    if (digits === undefined) {
      // No chunk: what follows is read as a new message.
      side.next();
      return at;
    }
    const size = Number.parseInt(digits, 16);
    if (size === 0) {
      side.state = 'trailer';
      return lf + 1;
    }
    side.state = 'chunk-body';
    side.chunk = size + 2;
    return lf + 1;
  }

  #trailer(side: Direction, piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need): number {
    for (let at = start; at < end; ) {
      const lf = lineFeed(bytes, at, end);
      if (lf < 0) break;
      if (lf === at || (lf === at + 1 && bytes[at] === 0x0d)) {
        this.#complete(side, piece);
        return lf + 1;
      }
      at = lf + 1;
    }
    need.wants(start, ONE_SEGMENT);
    return -1;
  }

  /** A packet cut by the snap length stands alone. */
  #cut(side: Direction, piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    const lf = anyLineEnd(bytes, start, end);
    const lineEnd = lf < 0 ? end : lf;
    if (isFirstLine(bytes, start, lineEnd)) {
      side.next();
      side.firstFrame = piece.frame;
      side.firstTime = piece.ts;
      const head = readHead(bytes, start, end, headEnd(bytes, start, end) >= 0);
      side.row = head.request ? this.#request(side, head, piece) : this.#response(side, head, piece);
      this.#complete(side, piece);
    } else if (this.#seen || looksLikeField(bytes, start, lineEnd)) this.counted(piece.frame);
  }

  skipped(where: Where, late: boolean): void {
    if (this.#after) return this.#after.skipped(where, late);
    if (late) return this.counted(where.frame);
    const side = this.#sides[where.from];
    this.#complete(side, where);
  }

  ended(where: Where): void {
    if (this.#after) return this.#after.ended(where);
    const side = this.#sides[where.from];
    if (side.state === 'until-close') this.#complete(side, where);
  }

  lost(from: 0 | 1): void {
    if (this.#after) return this.#after.lost(from);
    this.#sides[from].next();
  }

  #complete(side: Direction, { frame, ts }: Where): void {
    this.counted(frame);
    const { row, head } = side;
    side.next();
    if (!row || !head) return;
    if (head.request) {
      row.request_complete = true;
      row.request_end = ts;
      // RFC 9113 section 3.4: the preface of HTTP/2 is no request.
      if (head.method === 'PRI') this.#after = this.upgraded('h2c');
      return;
    }
    if (row.status !== head.status) return;
    row.response_complete = true;
    row.response_end = ts;
    if (head.status === 101) this.#after = this.upgraded(head.upgrade ?? row.upgrade ?? '');
    else if (row.method === 'CONNECT' && head.status >= 200 && head.status < 300) this.#after = this.upgraded('connect');
  }

  #request(side: Direction, head: HttpHead, piece: Piece): HttpTransaction {
    const row = newTransaction(this.ends, head, side.firstTime, piece.from === 0);
    row.request_frame = side.firstFrame;
    row.request_content_type = head.content_type;
    row.request_length = head.content_length;
    row.upgrade = head.upgrade;
    this.#seen = true;
    if (head.method !== 'PRI') {
      this.rows.add(row);
      if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
      this.#waiting.push(row);
    }
    this.#note(head.credentials, piece);
    return row;
  }

  #response(side: Direction, head: HttpHead, piece: Piece): HttpTransaction {
    this.#note(head.credentials, piece);
    const [waiting] = this.#waiting;
    if (waiting && head.status < 200 && head.status !== 101) {
      if (!waiting.request_complete) waiting.early_interim = head.status;
      else waiting.status ??= head.status;
      return waiting;
    }
    const row = waiting ?? newTransaction(this.ends, head, side.firstTime, piece.from === 1);
    if (waiting) this.#waiting.shift();
    else {
      row.response_only = true;
      this.rows.add(row);
    }
    row.status = head.status;
    row.response_frame = side.firstFrame;
    row.response_time = side.firstTime;
    if (row.request_end !== null) row.ttfb_ms = Math.max(0, side.firstTime - row.request_end) * 1000;
    row.version ??= head.version;
    row.content_type = head.content_type;
    row.response_length = head.content_length;
    row.chunked = head.chunked;
    row.retry_after = head.retry_after;
    row.location = head.location;
    row.smuggling_shape ||= head.smuggling_shape;
    return row;
  }

  #form(head: HttpHead, piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    if (isForm(head)) this.#note(secretFields(bytes, start, Math.min(end, start + MAX_FORM)), piece);
  }

  #note(found: readonly HeadCredential[], { frame, ts }: Where): void {
    const { a, b } = this.ends;
    for (const { name, scheme, length } of found) {
      const { ip: client, port: client_port } = a;
      this.credentials.add({
        stream: this.ends.number,
        frame,
        time: ts,
        protocol: 'http',
        client,
        client_port,
        server: b.ip,
        server_port: b.port,
        name,
        scheme,
        length,
      });
    }
  }
}

/** Passes over the bytes of a chunk; @returns where to go on. tshark waits for chunks segment by segment, so they are not skipped. */
function chunkBytes(side: Direction, at: number, end: number): number {
  const taken = Math.min(side.chunk, end - at);
  side.chunk -= taken;
  if (side.chunk === 0) side.state = 'chunk';
  return at + taken;
}

/** Asks for one more segment, and remembers how far the head was looked through. */
function more(side: Direction, start: number, end: number, need: Need): number {
  side.scanned = end - start;
  need.wants(start, ONE_SEGMENT);
  return -1;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

/** What tshark takes for a header field where no message is known to be: it begins like text and has a colon. */
function looksLikeField(bytes: Uint8Array, start: number, end: number): boolean {
  if (!isPrintable(bytes[start] ?? 0)) return false;
  for (let at = start; at < end; at++) if (bytes[at] === 0x3a) return true;
  return false;
}

/** RFC 9112 section 6.3 */
function hasNoBody(status: number, method: string | null): boolean {
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return true;
  return method === 'CONNECT' && status < 300;
}

function isForm(head: HttpHead): boolean {
  return head.request && head.content_type === 'application/x-www-form-urlencoded';
}

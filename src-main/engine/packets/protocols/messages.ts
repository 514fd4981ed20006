import { ARRIVAL, type Piece } from '../piece';
import { type KeptBytes, NONE, Unfinished } from './unfinished';

/** Unfinished messages of one direction at once: more than one only after a hole in the capture. */
const MAX_OPEN = 4;
/** Times one message is read anew because more of it came: what is cut finer than this is given up. */
const MAX_TURNS = 1_000;
/** Finished messages a direction remembers, to tell repeats of them. */
const MAX_FINISHED = 16;

/** What a dissector answers: how far it got and how much more it needs. One object, used again and again. */
export class Need {
  /** Where the first message it could not read begins. */
  at = 0;
  /** Bytes wanted after the last one it was given; 0: nothing, ONE_SEGMENT: whatever comes next. */
  more = 0;
  /** The bytes themselves are not wanted, only word when they have come: bodies, encrypted records. */
  skip = false;

  none(): void {
    this.more = 0;
    this.skip = false;
  }

  wants(at: number, more: number, skip = false): void {
    this.at = at;
    this.more = more;
    this.skip = skip;
  }
}

/** "One more segment, all of it": the length is not known yet. */
export const ONE_SEGMENT = -1;

/** What reads the messages of one TCP connection. */
export interface StreamReader {
  /**
   * Reads messages from `start` on; bytes end at `end`. Sets `need` for the message it could not finish.
   * @param whole false when the packet was cut by the snap length: nothing may be asked for
   */
  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void;
  /**
   * All bytes have come of the message for which `need.skip` was set.
   * @param late the direction has gone on to other messages since: `lost` was called for this one
   */
  skipped(where: Where, late: boolean): void;
  /** The direction ended in a message that was skipped, without a hole. */
  ended(where: Where): void;
  /** The message this direction is in will not go on: there is a hole, and what comes next begins a new one. */
  lost(from: 0 | 1): void;
}

/** The frame in which something happened. */
export type Where = Pick<Piece, 'frame' | 'ts' | 'from'>;

/**
 * Puts the messages of one direction of a TCP connection together, by the rules of tshark (desegment_tcp with its
 * defaults): so that a frame counts for a protocol where tshark counts it. A message that began in one segment goes on
 * at its next byte, wherever that comes; what belongs to no unfinished message begins a new one, also after a hole.
 */
export class Messages {
  #open: Unfinished[] = NONE;
  /** The one the reader is in the middle of. */
  #current: Unfinished | null = null;
  /** Offsets [start, next) of finished messages that were put together, newest last. */
  #finished: number[] = NONE;
  /** Highest offset handed over. */
  #top = Number.NEGATIVE_INFINITY;
  /** Messages given up: too long to keep, too many holes, too many at once. */
  lost = 0;

  constructor(readonly budget: KeptBytes) {}

  /** O(1) for a segment in the middle of a long message. */
  segment(piece: Piece, reader: StreamReader, need: Need): void {
    const { arrival, bytes } = piece;
    if (arrival === ARRIVAL.keepAlive) return;
    const fillsOnly = arrival === ARRIVAL.outOfOrder || arrival === ARRIVAL.retransmission;
    let { start, offset } = piece;
    const { end } = piece;
    const last = offset + piece.length;
    if (end - start < piece.length) {
      if (last > this.#top) this.#top = last;
      if (fillsOnly) return;
      this.#leave(reader, piece.from);
      need.none();
      reader.read(piece, bytes, start, end, need, false);
      return;
    }
    if (arrival === ARRIVAL.spurious) return;
    const seen = offset < this.#top;
    if (last > this.#top) this.#top = last;
    if (seen && this.#isRepeat(offset, last)) return;
    // Each turn takes at least one byte.
    while (start < end) {
      const message = this.#open.length > 0 ? this.#find(offset) : undefined;
      let taken: number;
      if (message) {
        taken = message.whole ? end - start : Math.min(end - start, message.next - offset);
        this.#goOn(message, piece, reader, need, start, start + taken, offset);
      } else {
        const rest = seen ? this.#finishedUntil(offset) - offset : 0;
        if (rest > 0) taken = Math.min(rest, end - start);
        else {
          if (fillsOnly) return;
          this.#leave(reader, piece.from);
          need.none();
          reader.read(piece, bytes, start, end, need, true);
          taken = end - start;
          if (need.more !== 0) this.#begin(need, bytes, need.at, end, offset + need.at - start);
        }
      }
      start += taken;
      offset += taken;
    }
  }

  /** The flow is not followed any more. */
  release(): void {
    for (const message of this.#open) message.release();
    this.#open = NONE;
  }

  /** Nothing is being put together. */
  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  /** The direction ended with a FIN: what goes on until the end is complete now, unless there are holes. */
  end(where: Where, reader: StreamReader): void {
    const message = this.#open.at(-1);
    if (!message?.skip || message.islands.length > 0 || message.have < this.#top) return;
    if (this.#current === message) reader.ended(where);
    this.#forget(message);
  }

  /** A segment that lies in a message already begun at its very first byte. */
  #isRepeat(offset: number, last: number): boolean {
    for (const message of this.#open) if (message.start === offset && last <= message.next && message.have > offset) return true;
    for (let i = 0; i < this.#finished.length; i += 2) {
      if (offset >= (this.#finished[i] ?? 0) && last <= (this.#finished[i + 1] ?? 0)) return true;
    }
    return false;
  }

  /** The unfinished message this byte belongs to. */
  #find(offset: number): Unfinished | undefined {
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const message = this.#open[i];
      // The first byte belongs to a message that has no bytes yet; else it is a repeat.
      const isInside = message && offset < message.next && (message.start < offset || message.have === message.start);
      if (isInside && message.start <= offset) return message;
    }
    return undefined;
  }

  #finishedUntil(offset: number): number {
    for (let i = this.#finished.length - 2; i >= 0; i -= 2) {
      const next = this.#finished[i + 1] ?? 0;
      if (offset > (this.#finished[i] ?? 0) && offset < next) return next;
    }
    return offset;
  }

  #begin(need: Need, bytes: Uint8Array, from: number, end: number, offset: number): void {
    const last = offset + end - from;
    const whole = need.more === ONE_SEGMENT;
    const message = new Unfinished(offset, whole ? last + 1 : last + need.more, last, whole, need.skip, this.budget);
    if (!need.skip && !message.keep(bytes, from, end, offset)) {
      message.release();
      this.lost++;
      return;
    }
    const [oldest] = this.#open;
    if (oldest && this.#open.length >= MAX_OPEN) {
      this.#forget(oldest);
      this.lost++;
    }
    if (this.#open === NONE) this.#open = [];
    this.#open.push(message);
    this.#current = message;
  }

  /** What comes next is no part of the message the reader is in. */
  #leave(reader: StreamReader, from: 0 | 1): void {
    if (!this.#current) return;
    this.#current = null;
    reader.lost(from);
  }

  #goOn(message: Unfinished, piece: Piece, reader: StreamReader, need: Need, start: number, end: number, offset: number): void {
    const last = offset + end - start;
    if (message.whole) {
      message.whole = false;
      if (message.next < last) message.next = last;
    }
    // All of it in one piece, as when a reader only waits for whatever comes next: nothing is copied.
    const isAlone = offset === message.start && message.next === last && !message.skip;
    if (!message.cover(offset, last) || (!isAlone && !message.skip && !message.keep(piece.bytes, start, end, offset))) {
      this.#leaveIf(message, reader, piece.from);
      this.#forget(message);
      this.lost++;
      return;
    }
    if (message.have < message.next) return;
    // tshark hands nothing that came late to a dissector, so a late segment that fills the last hole ends in nothing.
    if (piece.arrival === ARRIVAL.outOfOrder || piece.arrival === ARRIVAL.retransmission) {
      this.#leaveIf(message, reader, piece.from);
      this.#finish(message);
      return;
    }
    need.none();
    const isLate = this.#current !== message;
    if (message.skip) {
      this.#finish(message);
      reader.skipped(piece, isLate);
      return;
    }
    if (isLate) this.#leave(reader, piece.from);
    const bytes = isAlone ? piece.bytes : (message.kept ?? piece.bytes);
    const first = isAlone ? start : 0;
    const until = first + message.next - message.start;
    reader.read(piece, bytes, first, until, need, true);
    if (need.more === 0) {
      this.#finish(message);
      return;
    }
    if (need.at === first) {
      const isEndless = need.more === ONE_SEGMENT && ++message.turns > MAX_TURNS;
      if (isEndless || (isAlone && !need.skip && !message.keep(bytes, first, until, message.start))) {
        this.#forget(message);
        this.lost++;
        return;
      }
      this.#current = message;
      message.whole = need.more === ONE_SEGMENT;
      message.next += message.whole ? 1 : need.more;
      if (need.skip) {
        message.skip = true;
        message.release();
      }
      return;
    }
    // Begun first: the bytes are still those of the message before it.
    const next = message.start + need.at - first;
    this.#begin(need, bytes, need.at, until, next);
    const begun = this.#current;
    this.#finish(message, next);
    this.#current = begun;
  }

  #finish(message: Unfinished, next = message.next): void {
    this.#forget(message);
    const size = this.#finished.length;
    if (size > 0 && this.#finished[size - 1] === message.start) {
      this.#finished[size - 1] = next;
      return;
    }
    if (this.#finished === NONE) this.#finished = [];
    this.#finished.push(message.start, next);
    if (size >= MAX_FINISHED * 2) this.#finished.splice(0, 2);
  }

  #leaveIf(message: Unfinished, reader: StreamReader, from: 0 | 1): void {
    if (this.#current === message) this.#leave(reader, from);
  }

  #forget(message: Unfinished): void {
    if (this.#current === message) this.#current = null;
    message.release();
    const at = this.#open.indexOf(message);
    if (at >= 0) this.#open.splice(at, 1);
  }
}

/** Bytes of one unfinished message kept: no head, handshake record or DNS message is longer (DNS over TCP: 65,537). */
const MAX_KEPT = 66_000;
/** Stretches beyond holes that one message remembers. */
const MAX_ISLANDS = 256;
/** Bytes of unfinished messages kept of all flows together: captures made to fill memory stop here. */
const MAX_KEPT_IN_ALL = 64 << 20;

/** What the unfinished messages of a capture take together. */
export class KeptBytes {
  #used = 0;

  constructor(readonly most = MAX_KEPT_IN_ALL) {}

  take(bytes: number): boolean {
    if (this.#used + bytes > this.most) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }

  get used(): number {
    return this.#used;
  }
}

/** Most flows never need a list: they share this one, which stays empty. */
export const NONE: never[] = [];

/** A message of which not all bytes have come. */
export class Unfinished {
  islands: number[] = NONE;
  kept: Uint8Array | null = null;
  /** Times it was read and more was wanted. */
  turns = 0;

  constructor(
    /** Offsets in the direction: first byte, first byte after it as far as is known. */
    readonly start: number,
    public next: number,
    /** First byte that has not come. */
    public have: number,
    public whole: boolean,
    public skip: boolean,
    readonly budget: KeptBytes,
  ) {}

  /** Keeps the bytes of a stretch; false when the message is longer than any that is kept, or too much is kept already. */
  keep(bytes: Uint8Array, start: number, end: number, offset: number): boolean {
    if (start === end) return true;
    const at = offset - this.start;
    const until = at + end - start;
    if (until > MAX_KEPT) return false;
    if (!this.kept || until > this.kept.length) {
      // At least doubled: bytes are copied a bounded number of times.
      const size = Math.min(MAX_KEPT, Math.max(until, (this.kept?.length ?? 512) * 2));
      if (!this.budget.take(size - (this.kept?.length ?? 0))) return false;
      const grown = new Uint8Array(size);
      if (this.kept) grown.set(this.kept);
      this.kept = grown;
    }
    this.kept.set(bytes.subarray(start, end), at);
    return true;
  }

  /** Lets go of the bytes. */
  release(): void {
    this.budget.give(this.kept?.length ?? 0);
    this.kept = null;
  }

  /** Notes that a stretch has come; false when there are too many holes. */
  cover(from: number, to: number): boolean {
    if (from > this.have) {
      // The usual case after a hole: one segment after the other.
      const end = this.islands.length - 1;
      if (end > 0 && this.islands[end] === from) {
        this.islands[end] = to;
        return true;
      }
      if (this.islands.length >= MAX_ISLANDS * 2) return false;
      if (this.islands === NONE) this.islands = [];
      this.islands.push(from, to);
      return true;
    }
    if (to > this.have) this.have = to;
    for (let again = this.islands.length > 0; again; ) {
      again = false;
      for (let i = 0; i < this.islands.length; i += 2) {
        const islandFrom = this.islands[i] ?? 0;
        const islandTo = this.islands[i + 1] ?? 0;
        if (islandFrom > this.have) continue;
        if (islandTo > this.have) this.have = islandTo;
        this.islands.splice(i, 2);
        again = true;
        break;
      }
    }
    return true;
  }
}

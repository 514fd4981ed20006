import { sanitizeUntrusted } from '@shared/sanitize';

// Where an answer begins and ends among the bytes of a session: by random words that no output can know.

/** The end of what a program complains of. */
export const KEPT_STDERR_BYTES = 8 * 1024;
/** What the start files of an account may print: only the end of more than this is looked at. */
const MAX_NOISE_BYTES = 64 * 1024;

/** What a program writes to its output: the bytes before the mark, as many as are wanted. */
export class Output {
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  #tail = Buffer.alloc(0);
  isComplete = false;

  constructor(
    readonly mark: Buffer,
    readonly maxBytes: number,
  ) {}

  take(chunk: Buffer): void {
    if (this.isComplete) return;
    const joined = this.#tail.length > 0 ? Buffer.concat([this.#tail, chunk]) : chunk;
    const at = joined.indexOf(this.mark);
    this.isComplete = at >= 0;
    // The mark may have begun at the end.
    const safe = this.isComplete ? at : Math.max(0, joined.length - this.mark.length + 1);
    if (!this.isTooLong) this.#parts.push(Buffer.from(joined.subarray(0, safe)));
    this.#bytes += safe;
    this.#tail = Buffer.from(joined.subarray(safe));
  }

  get isTooLong(): boolean {
    return this.#bytes > this.maxBytes;
  }

  get text(): string {
    return Buffer.concat(this.#parts).subarray(0, this.maxBytes).toString('utf8');
  }
}

/** What a program complains of, the end of it, and between the marks what the shell says: its number, its exit code. */
export class Complaints {
  #kept = Buffer.alloc(0);
  pid: number | null = null;
  exitCode: number | null = null;
  isComplete = false;

  constructor(readonly mark: string) {}

  take(chunk: Buffer): void {
    if (this.isComplete) return;
    this.#kept = Buffer.concat([this.#kept, chunk]);
    if (this.pid === null) this.pid = this.#number(':');
    const end = this.#kept.indexOf(`${this.mark}.\n`);
    if (end >= 0) {
      this.isComplete = true;
      this.#kept = this.#kept.subarray(0, end);
      this.exitCode = this.#number('=');
    }
    if (this.#kept.length > KEPT_STDERR_BYTES * 2) this.#kept = Buffer.from(this.#kept.subarray(-KEPT_STDERR_BYTES));
  }

  /** The number the shell wrote after its mark; the line is taken out. */
  #number(sign: ':' | '='): number | null {
    const head = `${this.mark}${sign} `;
    const at = this.#kept.indexOf(head);
    const end = at < 0 ? -1 : this.#kept.indexOf('\n', at);
    if (end < 0) return null;
    const number = Number(this.#kept.toString('latin1', at + head.length, end));
    this.#kept = Buffer.concat([this.#kept.subarray(0, at), this.#kept.subarray(end + 1)]);
    return Number.isInteger(number) ? number : null;
  }

  get text(): string {
    return this.#kept.subarray(-KEPT_STDERR_BYTES).toString('utf8');
  }
}

/** Passes bytes on from the line after the mark; those before are kept to be told. */
export function skipTo(mark: string, pass: (chunk: Buffer) => void) {
  const line = Buffer.from(`${mark}\n`);
  let isOver = false;
  let kept = Buffer.alloc(0);
  return {
    get isOver() {
      return isOver;
    },
    get said() {
      return firstLine(kept.toString('utf8'));
    },
    take(chunk: Buffer): void {
      if (isOver) return pass(chunk);
      kept = Buffer.concat([kept, chunk]);
      const at = kept.indexOf(line);
      if (at < 0) {
        kept = kept.subarray(-MAX_NOISE_BYTES);
        return;
      }
      isOver = true;
      const rest = kept.subarray(at + line.length);
      kept = Buffer.alloc(0);
      if (rest.length > 0) pass(rest);
    },
  };
}

/** Of what a machine said at the start of a session: the first line that says something. */
export const firstLine = (said: string): string =>
  said
    .split(/[\r\n]+/)
    .map(line => sanitizeUntrusted(line).trim())
    .find(line => line !== '') ?? '';

import { PcapReader, pcapMagic } from './pcap';
import { PcapngReader, SECTION } from './pcapng';
import { type CaptureReader, type PacketSink, reader32 } from './reader';

/** Bytes that tell the format. */
const MAGIC = 4;

/** Takes the bytes of a capture as they come, in any pieces, and gives its packets to a sink. */
export class CaptureInput {
  reader: CaptureReader | null = null;
  /** Why the file is no capture, or where it is damaged; what stands before was read. */
  damage: string | null = null;
  bytesRead = 0;
  /** The beginning of a record whose end has not come. */
  #rest = new Uint8Array(0);
  #held = 0;
  readonly #sink: PacketSink;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  /** The file is over, or cannot be read further. */
  get isDone(): boolean {
    return this.damage !== null;
  }

  /** Reads the whole records of a chunk where they stand; only one that goes on in the next chunk is copied. */
  push(chunk: Uint8Array): void {
    this.bytesRead += chunk.length;
    let at = 0;
    while (this.#held > 0 && at < chunk.length && !this.isDone) {
      const missing = Math.max(1, (this.reader?.needs ?? MAGIC) - this.#held);
      const upTo = Math.min(chunk.length, at + missing);
      this.#hold(chunk, at, upTo);
      at = upTo;
      const read = this.#read(this.#rest, 0, this.#held);
      this.#rest.copyWithin(0, read, this.#held);
      this.#held -= read;
    }
    if (this.#held > 0 || this.isDone) return;
    this.#hold(chunk, this.#read(chunk, at, chunk.length), chunk.length);
  }

  end(): void {
    if (this.isDone) return;
    if (!this.reader) this.damage = this.#held === 0 ? 'The file is empty.' : this.#unknown();
    else if (this.#held > 0 || (this.reader.type === 'pcap' && this.reader.interfaces.length === 0)) {
      this.damage = `The file is cut short ${this.reader.cutShort}.`;
    }
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const held = this.#held + end - start;
    if (held > this.#rest.length) {
      const larger = new Uint8Array(Math.max(held, this.reader?.needs ?? 0));
      larger.set(this.#rest.subarray(0, this.#held));
      this.#rest = larger;
    }
    this.#rest.set(bytes.subarray(start, end), this.#held);
    this.#held = held;
  }

  /** @returns where the first record begins that is not complete */
  #read(bytes: Uint8Array, start: number, end: number): number {
    this.reader ??= this.#detect(bytes, start, end);
    const { reader } = this;
    if (!reader || this.isDone) return start;
    const stopped = reader.read(bytes, start, end, this.#sink);
    this.damage = reader.damage;
    return stopped;
  }

  #detect(bytes: Uint8Array, start: number, end: number): CaptureReader | null {
    if (end - start < MAGIC) return null;
    const head = bytes.subarray(start, start + MAGIC);
    const magic = pcapMagic(head);
    if (magic) return new PcapReader(magic);
    if (reader32(true)(head, 0) === SECTION) return new PcapngReader();
    this.damage = this.#unknown();
    return null;
  }

  #unknown(): string {
    return 'This is no capture file: it is neither pcap nor pcapng.';
  }
}

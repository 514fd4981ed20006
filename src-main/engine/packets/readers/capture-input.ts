import { PcapReader, pcapMagic } from './pcap';
import { PcapngReader, SECTION } from './pcapng';
import { type CaptureReader, type PacketSink, reader32 } from './reader';

/** The window starts small, for most files are, and grows to this while it is filled to the brim. */
const WINDOW = 4 << 20;
const FIRST_WINDOW = 64 << 10;

/** Takes the bytes of a capture as they come, in any pieces, and gives its packets to a sink. */
export class CaptureInput {
  reader: CaptureReader | null = null;
  /** Why the file is no capture, or where it is damaged; what stands before was read. */
  damage: string | null = null;
  bytesRead = 0;
  #window = new Uint8Array(FIRST_WINDOW);
  #start = 0;
  #end = 0;
  readonly #sink: PacketSink;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  /** The file is over, or cannot be read further. */
  get isDone(): boolean {
    return this.damage !== null;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.isDone; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      at += part.length;
      this.take(part.length);
    }
  }

  end(): void {
    if (this.isDone) return;
    const left = this.#end - this.#start;
    if (!this.reader) this.damage = left === 0 ? 'The file is empty.' : this.#unknown();
    else if (left > 0 || (this.reader.type === 'pcap' && this.reader.interfaces.length === 0)) {
      this.damage = `The file is cut short ${this.reader.cutShort}.`;
    }
  }

  /** Where the next bytes go, 16 KiB at least; take() tells how many came. What is not yet read moves to the front first. */
  room(): Uint8Array {
    const left = this.#end - this.#start;
    const size = this.#window.length;
    const needed = Math.max(this.reader?.needs ?? 0, left) + (size >>> 2);
    const isBrimful = this.#end === size && size < WINDOW;
    if (needed > size || isBrimful) {
      const larger = new Uint8Array(Math.max(needed * 2, Math.min(WINDOW, size * 8)));
      larger.set(this.#window.subarray(this.#start, this.#end));
      this.#window = larger;
      this.#start = 0;
    } else if (this.#start > 0) {
      this.#window.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
    }
    this.#end = left;
    return this.#window.subarray(left);
  }

  /** Reads what the bytes just put into room() complete. */
  take(written: number): void {
    this.bytesRead += written;
    this.#end += written;
    this.reader ??= this.#detect();
    const { reader } = this;
    if (!reader || this.isDone) return;
    this.#start = reader.read(this.#window, this.#start, this.#end, this.#sink);
    this.damage = reader.damage;
  }

  #detect(): CaptureReader | null {
    if (this.#end - this.#start < 4) return null;
    const head = this.#window.subarray(this.#start, this.#start + 4);
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

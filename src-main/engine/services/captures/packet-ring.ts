/** Bytes of packets kept while a capture waits for its trigger. */
const MAX_BYTES = 64 << 20;

type Packet = [bytes: Uint8Array, start: number, end: number, length: number, seconds: number, nanos: number, linkType: number];

/** The packets of the last seconds, whole, oldest first. */
export class PacketRing {
  #kept: Packet[] = [];
  #head = 0;
  #bytes = 0;

  constructor(readonly seconds: number) {}

  get packets(): number {
    return this.#kept.length - this.#head;
  }

  add(bytes: Uint8Array, start: number, end: number, length: number, seconds: number, nanos: number, linkType: number): void {
    const copy = bytes.slice(start, end);
    this.#kept.push([copy, 0, copy.length, length, seconds, nanos, linkType]);
    this.#bytes += copy.length;
    const oldest = seconds + nanos / 1e9 - this.seconds;
    for (let first = this.#kept[this.#head]; first && (first[4] + first[5] / 1e9 < oldest || this.#bytes > MAX_BYTES); ) {
      this.#bytes -= first[2];
      first = this.#kept[++this.#head];
    }
    if (this.#head > 1024 && this.#head * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Gives all it keeps, and is empty then. */
  drain(take: (...packet: Packet) => void): void {
    for (const packet of this.#kept.slice(this.#head)) take(...packet);
    this.#kept = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

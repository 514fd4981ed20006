import { EVENT, EVENT_BYTES } from '../../../helper/records';

/**
 * The last records as they came, in one piece of memory: at 200,000 events a second an object for each would cost more
 * than everything else. Adding is a copy; reading is for whoever asks.
 */
export interface RecordRing {
  readonly bytes: Buffer;
  /** Numbers of the oldest record that is kept, and of the next that will come. */
  readonly first: number;
  readonly next: number;
  /** Where a kept record begins in `bytes`. */
  at(number: number): number;
  /** The engine's number of a kept record: grows over all rings. */
  id(number: number): number;
  /** Adds whole records from `source`, of which the first gets the number `id`. */
  add(source: Buffer, from: number, to: number, id: number): void;
}

export function createRecordRing(capacity: number): RecordRing {
  const bytes = Buffer.alloc(capacity * EVENT_BYTES);
  const ids = new Float64Array(capacity);
  let next = 0;
  return {
    bytes,
    get first() {
      return Math.max(0, next - capacity);
    },
    get next() {
      return next;
    },
    at: number => (number % capacity) * EVENT_BYTES,
    id: number => ids[number % capacity] ?? 0,
    add(source, from, to, id) {
      let firstId = id;
      for (let begin = from; begin < to; ) {
        const slot = next % capacity;
        const records = Math.min((to - begin) / EVENT_BYTES, capacity - slot);
        source.copy(bytes, slot * EVENT_BYTES, begin, begin + records * EVENT_BYTES);
        for (let index = 0; index < records; index++) ids[slot + index] = firstId++;
        next += records;
        begin += records * EVENT_BYTES;
      }
    },
  };
}

/** Times of the kernel in ms since boot. */
export const readAtMs = (bytes: Buffer, at: number): number =>
  (bytes.readUInt32LE(at + EVENT.at_ns) + bytes.readUInt32LE(at + EVENT.at_ns + 4) * 2 ** 32) / 1e6;

import type { EventKind } from '@shared/model/event-kinds';
import { EVENT, EVENT_BYTES, KIND, readU64 } from '../../collectors/events/read-event';
import { createRecordRing, type RecordRing, readAtMs } from '../../collectors/events/record-ring';

/** Connections, packets and local sockets are kept apart: a flood of drops must not push out who connected where. */
export const SHELVES = {
  connections: ['connect', 'connected', 'connect_failed', 'accepted', 'closed', 'udp_flow', 'not_sent'],
  packets: ['drop', 'retransmit', 'reset_sent', 'reset_received'],
  local: ['unix_connect'],
} as const satisfies Record<string, readonly EventKind[]>;
export type Shelf = keyof typeof SHELVES;

/** Records of 168 bytes: 17 MB, 10 MB and 1 MB. */
const CAPACITY: Record<Shelf, number> = { connections: 100_000, packets: 60_000, local: 8_192 };
/** Two processors may write events of one instant in either order. */
const DISORDER_MS = 1_000;

export interface StoreListener {
  /** One look at each record as it comes; what it costs, every event costs. */
  onRecord(bytes: Buffer, at: number, kind: number): void;
  /** After each frame. */
  onRecords(): void;
}

/** The last events as the kernel wrote them. Insertion is a copy; they are read only when somebody asks. */
export interface EventStore {
  add(records: Buffer): void;
  readonly shelves: Readonly<Record<Shelf, RecordRing>>;
  /** Number the next event gets. */
  readonly nextId: number;
  /**
   * Calls `visit` for the kept records of a shelf, newest first, until it returns false.
   * @param sinceBootMs older ones are left out
   */
  newestFirst(shelf: Shelf, sinceBootMs: number, visit: (bytes: Buffer, at: number, id: number) => boolean | void): void;
  /** Time of the oldest record of a shelf from which others were pushed out; null when all are still there. */
  keptSinceBootMs(shelf: Shelf): number | null;
}

export function createEventStore(listener: StoreListener, capacity: Record<Shelf, number> = CAPACITY): EventStore {
  const shelves: Record<Shelf, RecordRing> = {
    connections: createRecordRing(capacity.connections),
    packets: createRecordRing(capacity.packets),
    local: createRecordRing(capacity.local),
  };
  const byKind: (RecordRing | undefined)[] = [];
  for (const [shelf, kinds] of Object.entries(SHELVES)) for (const kind of kinds) byKind[KIND[kind]] = shelves[shelf as Shelf]; // the keys of SHELVES
  let nextId = 1;

  return {
    shelves,
    get nextId() {
      return nextId;
    },
    add(records) {
      const whole = records.length - (records.length % EVENT_BYTES);
      // Runs of one shelf are copied at once.
      let begin = 0;
      let ring: RecordRing | undefined;
      for (let at = 0; at < whole; at += EVENT_BYTES) {
        const kind = records[at + EVENT.kind] ?? 0;
        const wanted = byKind[kind];
        if (wanted !== ring || !wanted) {
          if (ring && at > begin) nextId = put(ring, records, begin, at, nextId);
          ring = wanted;
          begin = wanted ? at : at + EVENT_BYTES; // a kind of a newer helper is left out
        }
        if (wanted) listener.onRecord(records, at, kind);
      }
      if (ring && whole > begin) nextId = put(ring, records, begin, whole, nextId);
      listener.onRecords();
    },
    newestFirst(shelf, sinceBootMs, visit) {
      const ring = shelves[shelf];
      for (let number = ring.next - 1; number >= ring.first; number--) {
        const at = ring.at(number);
        const atMs = readAtMs(ring.bytes, at);
        if (atMs < sinceBootMs - DISORDER_MS) return;
        if (atMs >= sinceBootMs && visit(ring.bytes, at, ring.id(number)) === false) return;
      }
    },
    keptSinceBootMs(shelf) {
      const ring = shelves[shelf];
      return ring.first === 0 ? null : readAtMs(ring.bytes, ring.at(ring.first));
    },
  };
}

function put(ring: RecordRing, records: Buffer, from: number, to: number, id: number): number {
  ring.add(records, from, to, id);
  return id + (to - from) / EVENT_BYTES;
}

/** Pid and start of the process of a record. */
export const readOwner = (bytes: Buffer, at: number): [pid: number, startedNs: number] => [
  bytes.readUInt32LE(at + EVENT.pid),
  readU64(bytes, at + EVENT.process_started_ns),
];

import { eventFilterRow } from '@shared/filter/event-row';
import { type Filter, matchesFilter } from '@shared/filter/filter';
import type { EventsBlind, KernelEventBatch, KernelEventParams, LiveEvent } from '@shared/model/event';
import { EVENT_KINDS } from '@shared/model/event-kinds';
import type { Coverage } from '@shared/model/source';
import { EVENT, KIND } from '../../collectors/events/read-event';
import type { Clock } from '../clock';
import type { Stop } from '../stream';
import type { Describer } from './describe';
import type { EventStore, Shelf } from './store';

export interface LiveParts {
  clock: Clock;
  store: EventStore;
  describer: Describer;
  blind: () => EventsBlind | null;
  coverage: () => Coverage;
}

/** The live timeline. */
export interface LiveEvents {
  /** @param filter of params.query */
  listen(params: KernelEventParams, filter: Filter | null, onEvent: (batch: KernelEventBatch) => void): Stop;
  onRecords(): void;
  /** The helper came or went. */
  onState(): void;
}

const SNAPSHOT_ROWS = 1_000;
const BATCH_ROWS = 500;
const BATCH_MS = 100;
/** Rows read for one batch at most: about 5 µs each. What is not read counts as skipped. */
const BATCH_READS = 4_000;
const SNAPSHOT_READS = 10_000;

interface Reader {
  nextId: number;
  stopTimer: Stop | null;
  /** @param always also when there is nothing new */
  send(snapshot: boolean, always?: boolean): void;
}

export function createLiveEvents({ clock, store, describer, blind, coverage }: LiveParts): LiveEvents {
  const readers = new Set<Reader>();

  const schedule = (reader: Reader): void => {
    reader.stopTimer ??= clock.after(BATCH_MS, () => {
      reader.stopTimer = null;
      reader.send(false);
    });
  };

  return {
    listen(params, filter, onEvent) {
      const isWanted = wantedBy(params, describer);
      const reader: Reader = {
        nextId: 0,
        stopTimer: null,
        send(snapshot, always = snapshot) {
          const [rows, reads] = snapshot ? [SNAPSHOT_ROWS, SNAPSHOT_READS] : [BATCH_ROWS, BATCH_READS];
          const { events, skipped } = newest(store, describer, { fromId: reader.nextId, isWanted, filter, rows, reads });
          reader.nextId = store.nextId;
          if (always || events.length > 0 || skipped > 0)
            onEvent({ snapshot, events, skipped: snapshot ? 0 : skipped, blind: blind(), coverage: coverage() });
        },
      };
      reader.send(true);
      readers.add(reader);
      return () => {
        readers.delete(reader);
        reader.stopTimer?.();
      };
    },
    onRecords() {
      for (const reader of readers) schedule(reader);
    },
    onState() {
      for (const reader of readers) reader.send(false, true);
    },
  };
}

/** What can be decided on the bytes. */
function wantedBy({ kinds, pid, include_benign = false }: KernelEventParams, describer: Describer) {
  const wanted = new Uint8Array(16);
  for (const kind of kinds ?? EVENT_KINDS) wanted[KIND[kind]] = 1;
  return (bytes: Buffer, at: number): boolean => {
    const kind = bytes[at + EVENT.kind] ?? 0;
    if (!wanted[kind]) return false;
    if (pid !== undefined && bytes.readUInt32LE(at + EVENT.pid) !== pid) return false;
    return include_benign || kind !== KIND.drop || !describer.isBenign(bytes.readUInt32LE(at + EVENT.reason));
  };
}

interface Selection {
  fromId: number;
  isWanted: (bytes: Buffer, at: number) => boolean;
  filter: Filter | null;
  rows: number;
  reads: number;
}

const SHELF_NAMES: readonly Shelf[] = ['connections', 'packets', 'local'];

/** The newest events since a number, oldest first, and how many more there were. */
function newest(store: EventStore, describer: Describer, { fromId, isWanted, filter, rows, reads }: Selection) {
  const found: { bytes: Buffer; at: number; id: number }[] = [];
  let skipped = 0;
  for (const shelf of SHELF_NAMES) {
    let kept = 0;
    store.newestFirst(shelf, 0, (bytes, at, id) => {
      if (id < fromId) return false;
      if (!isWanted(bytes, at)) return;
      if (kept++ < reads) found.push({ bytes, at, id });
      else skipped++;
    });
  }
  found.sort((a, b) => b.id - a.id);
  const events: LiveEvent[] = [];
  let read = 0;
  for (const { bytes, at, id } of found) {
    if (events.length >= rows || read >= reads) break;
    read++;
    const event = describer.live(bytes, at, id);
    if (!filter || matchesFilter(filter, eventFilterRow(event))) events.push(event);
  }
  return { events: events.reverse(), skipped: skipped + found.length - read };
}

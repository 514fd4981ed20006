import type { LiveEvent } from '@shared/model/event';
import { formatIso } from '@shared/units';
import { toCsv } from '../../components/csv';

const FIELDS = [
  'id',
  'at_ms',
  'kind',
  'pid',
  'program',
  'user',
  'attribution',
  'container',
  'protocol',
  'family',
  'direction',
  'local_ip',
  'local_port',
  'foreign_ip',
  'foreign_port',
  'interface',
  'netns',
  'latency_ms',
  'duration_ms',
  'bytes_sent',
  'bytes_received',
  'rtt_ms',
  'retransmits',
  'length',
  'error',
  'close_reason',
  'reason',
  'benign',
  'location',
] as const satisfies readonly (keyof LiveEvent)[];

/** The events as they are listed; the time as people read it. */
export function eventsCsv(events: readonly LiveEvent[]): string {
  return toCsv(
    FIELDS.map(field => (field === 'at_ms' ? 'time' : field)),
    events.map(event => FIELDS.map(field => (field === 'at_ms' ? formatIso(event.at_ms) : event[field]))),
  );
}

export function eventsJson(events: readonly LiveEvent[]): string {
  return JSON.stringify(events, null, 2);
}

import type { FindingFlow } from '@shared/model/finding';
import { formatBytes, formatEndpoint } from '@shared/units';
import type { Translate } from '../../i18n';
import { flagNames, type Step } from './ladder-steps';

export function bytesWords(bytes: number): string {
  const { number, unit } = formatBytes(bytes);
  return `${number}\u00a0${unit}`;
}

/** Below a millisecond whole microseconds, above ten seconds seconds: 0.38 ms, 19.1 ms, 641 ms, 12.3 s. */
export function timeWords(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms >= 1_000) return `${(ms / 1_000).toPrecision(3)}\u00a0s`;
  return `${ms < 1 ? ms.toFixed(2) : ms.toPrecision(3)}\u00a0ms`;
}

/** Findings of links and names have no ports. */
export function flowEnd({ ip, port }: FindingFlow['a']): string {
  return port === null ? ip : formatEndpoint(ip, port);
}

/** The name a server was asked by, with its port; HTTP names some ports itself. */
export function namedEnd(name: string, port: number): string {
  return name.endsWith(`:${port}`) ? name : `${name}:${port}`;
}

/** What an arrow is, in words: SYN · 1 448 B × 20 · ACK. */
export function stepLabel(t: Translate, { kind, flags, segments, bytes, acks }: Step): string {
  if (kind === 'flags') return [flagNames(flags), bytes > 0 ? bytesWords(bytes) : ''].filter(Boolean).join(', ');
  if (kind === 'ack') return acks > 1 ? t('report.acks', { count: acks }) : 'ACK';
  return segments > 1
    ? t('report.segments', { bytes: bytesWords(Math.round(bytes / segments)), count: segments })
    : bytesWords(bytes);
}

/** What the analysis says of it. */
export function stepNotes(t: Translate, notes: readonly string[]): string {
  // The kind of a repetition says that it is one.
  const isKnown = notes.some(note => note.endsWith('_retransmission'));
  return notes
    .filter(note => !(isKnown && note === 'retransmission'))
    .map(note => noteWords(t, note))
    .join(', ');
}

const NOTES = [
  'fast_retransmission',
  'spurious_retransmission',
  'retransmission',
  'out_of_order',
  'lost_segment',
  'ack_lost_segment',
  'duplicate_ack',
  'zero_window',
  'zero_window_probe',
  'zero_window_probe_ack',
  'window_full',
  'window_update',
  'keep_alive',
  'keep_alive_ack',
  'reused_ports',
] as const;

function noteWords(t: Translate, note: string): string {
  const known = NOTES.find(name => name === note);
  return known ? t(`note.${known}`) : note;
}

const STATES = ['SF', 'S0', 'S1', 'S2', 'S3', 'REJ', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'OTH'] as const;

export function connStateWords(t: Translate, state: string): string {
  const known = STATES.find(name => name === state);
  return known ? t(`conn_state.${known}`) : state;
}

import { dropReasonWords } from '@shared/drop-reasons/index';
import type { LiveEvent } from '@shared/model/event';
import type { Language } from '@shared/text/index';
import { formatBytes, formatEndpoint, formatMilliseconds } from '@shared/units';
import { i18n, type Translate, type UiKey } from '../i18n';

/** ICMP has no port, UNIX no address. @returns '' when nothing is known of that end */
export function endWords(ip: string, port: number | null, shorten = true): string {
  if (ip === '') return '';
  return port === null ? ip : formatEndpoint(ip, port, shorten);
}

/** The other end; of a packet both, in the direction it went. */
export function peerWords(t: Translate, event: LiveEvent, shorten = true): string {
  const local = endWords(event.local_ip, event.local_port, shorten);
  const foreign = endWords(event.foreign_ip, event.foreign_port, shorten);
  if (event.family === 'UNIX') return foreign || t('events.local_socket');
  if (event.kind !== 'drop') return foreign || local || '–';
  const ends = event.direction === 'inbound' ? [foreign, local] : [local, foreign];
  return ends.some(Boolean) ? ends.map(end => end || '?').join(' → ') : '–';
}

export function closeReasonWords(t: Translate, reason: NonNullable<LiveEvent['close_reason']>): string {
  return t(`close_reason.${reason.replaceAll(' ', '_')}` as UiKey); // every reason has its key: the texts are compared with the list in a test
}

/** Outcome or reason in a word, in the field's own spelling where it has one. */
export function resultWords(t: Translate, event: LiveEvent): string {
  switch (event.kind) {
    case 'connect_failed':
    case 'not_sent':
      return event.error ?? t('word.unknown');
    case 'closed':
      return event.error ?? (event.close_reason === null ? '–' : closeReasonWords(t, event.close_reason));
    case 'drop':
      return event.reason ?? t('word.unknown');
    case 'retransmit': {
      if (event.length === null) return '–';
      const { number, unit } = formatBytes(event.length);
      return `${number} ${unit}`;
    }
    case 'connected':
    case 'accepted':
      return 'ok';
    case 'reset_sent':
    case 'reset_received':
      return 'RST';
    default:
      return '–';
  }
}

export function tookWords(event: LiveEvent): string {
  const ms = event.latency_ms ?? event.duration_ms;
  return ms === null ? '–' : formatMilliseconds(ms);
}

/** What an errno means. @param name null: the kernel did not say */
export function errnoWords(t: Translate, name: string | null): string {
  if (name === null) return t('errno.unknown');
  const key = `errno.${name}`;
  return i18n.exists(`ui.${key}`) ? t(key as UiKey) : t('errno.other', { name }); // exists has checked it
}

export interface Explanation {
  text: string;
  advice: string | null;
}

/** In plain words what happened, and what to do where something can be done. */
export function explain(t: Translate, event: LiveEvent, language: Language): Explanation {
  if (event.kind === 'drop' && event.reason !== null) return dropReasonWords(event.reason, language);
  const hint = t(`kind_hint.${event.kind}`);
  if (event.kind === 'connect_failed' || event.kind === 'not_sent')
    return { text: [hint, errnoWords(t, event.error)].join(t('word.sentence_gap')), advice: null };
  return { text: hint, advice: null };
}

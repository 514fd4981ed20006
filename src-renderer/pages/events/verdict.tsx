import type { EventsBlind } from '@shared/model/event';
import type { Coverage } from '@shared/model/source';
import { type Text, translate } from '@shared/text/index';
import { formatClock } from '@shared/units';
import type { Severity } from '../../components/Verdict';
import { counted, useLanguage, useText } from '../../i18n';
import { unwatchedSeconds } from '../../store/coverage';

export function eventsSeverity(counts: ReadonlyMap<string, number>, coverage: Coverage | null): Severity {
  if ((coverage?.lost ?? 0) > 0) return 'warning';
  return (counts.get('connect_failed') ?? 0) > 0 || (counts.get('drop') ?? 0) > 0 ? 'notice' : 'good';
}

interface EventsVerdictProps {
  ready: boolean;
  blind: EventsBlind | null;
  counts: ReadonlyMap<string, number>;
  coverage: Coverage | null;
  minutes: number;
}

/** What went on, what of it went wrong, and how sure that is. */
export function EventsVerdict({ ready, blind, counts, coverage, minutes }: EventsVerdictProps) {
  const t = useText();
  const language = useLanguage();
  const word = (message: string | Text): string => translate(message, language);
  if (blind) return <>{[t(`events.blind_${blind.code}`), word(blind.reason)].join(language === 'en' ? ': ' : '：')}</>;
  if (!ready || !coverage) return <>{t('events.waiting')}</>;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const failed = counts.get('connect_failed') ?? 0;
  const dropped = counts.get('drop') ?? 0;
  const since = formatClock(Date.parse(coverage.since));
  const unwatched = unwatchedSeconds(coverage.gaps, Date.now() - minutes * 60_000, Date.now());
  return (
    <>
      <b>{total === 0 ? t('events.quiet', { minutes }) : t('events.verdict', { ...counted(total), minutes })}</b>{' '}
      {[
        failed > 0 ? t('events.failed', counted(failed)) : '',
        dropped > 0 ? t('events.dropped', counted(dropped)) : '',
        failed + dropped === 0 && total > 0 ? t('events.none_bad') : '',
        unwatched > 0 ? t('drops.gaps', { seconds: unwatched }) : '',
        coverage.lost > 0 ? t('events.lost', { ...counted(coverage.lost), since }) : t('events.complete', { since }),
      ]
        .filter(Boolean)
        .join(t('word.sentence_gap'))}
    </>
  );
}

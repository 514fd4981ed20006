import { formatClock } from '@shared/units';
import { EyeOff, ListX, TriangleAlert } from 'lucide-react';
import { counted, useText } from '../../i18n';
import type { Mark } from '../../store/timeline';

/** What a list leaves out stands where it would be. */
export function MarkRow({ mark, at_ms }: { mark: Mark; at_ms: number }) {
  const t = useText();
  const time = <span className="mono">{formatClock(at_ms)}</span>;
  switch (mark.kind) {
    case 'skipped':
      return (
        <>
          <ListX size={14} aria-hidden /> {time} {t('events.skipped', counted(mark.count))}
        </>
      );
    case 'lost':
      return (
        <>
          <TriangleAlert size={14} className="warning" aria-hidden /> {time} {t('events.lost_row', counted(mark.count))}
        </>
      );
    case 'gap':
      return (
        <>
          <EyeOff size={14} className="warning" aria-hidden /> {time}{' '}
          {mark.to_ms === null
            ? t('events.gap_open', { since: formatClock(mark.from_ms), reason: mark.reason })
            : t('events.gap_row', { seconds: ((mark.to_ms - mark.from_ms) / 1_000).toFixed(1), reason: mark.reason })}
        </>
      );
  }
}

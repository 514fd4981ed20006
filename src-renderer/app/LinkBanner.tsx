import { formatClock } from '@shared/units';
import { Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { client } from '../client';
import { useText } from '../i18n';
import { useLink } from '../store/link';

function useSecondsUntil(atMs: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (atMs === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [atMs]);
  return atMs === null ? null : Math.max(0, Math.ceil((atMs - now) / 1000));
}

/** Says that the engine does not answer, since when and what happens next. Values stay and fade. */
export function LinkBanner() {
  const t = useText();
  const { state, since_ms, next_try_ms } = useLink();
  const seconds = useSecondsUntil(next_try_ms);
  if (state !== 'lost') return null;
  return (
    <section className="banner warning" aria-label={t('link.label')} style={{ marginBottom: 'var(--s3)' }}>
      <Unplug size={16} aria-hidden />
      <span className="grow">
        <b>{t('link.lost', { since: formatClock(since_ms) })}</b> {t('link.lost_hint')}{' '}
        <span className="muted">{seconds === null ? t('link.trying') : t('link.next_try', { seconds })}</span>
      </span>
      <button type="button" className="button" onClick={() => client().retry()}>
        {t('link.try_now')}
      </button>
    </section>
  );
}

import { CircleDot } from 'lucide-react';
import { counted, useText } from '../i18n';
import { isCapturing, useCaptures } from '../store/captures';
import { useNow } from '../store/use-now';

const SECOND_MS = 1_000;

/** Whether packets are being captured: the way to them. It stops nothing, so that nobody stops one by accident. */
export function CaptureIndicator() {
  const t = useText();
  const captures = useCaptures(state => state.captures);
  const running = captures.filter(isCapturing);
  const now = useNow(running.length > 0);
  const [only] = running;
  if (!only) {
    return (
      <a className="button quiet" href="#/captures">
        <CircleDot size={16} strokeWidth={1.75} aria-hidden />
        <span className="wide-only">{t('capture.indicator_none')}</span>
        <span className="visually-hidden">{t('page.captures')}</span>
      </a>
    );
  }
  const begun = Date.parse(only.started_at);
  const total = only.ends_at === null ? null : Math.round((Date.parse(only.ends_at) - begun) / SECOND_MS);
  const elapsed = Math.max(0, Math.min(total ?? 0, Math.floor((now - begun) / SECOND_MS)));
  const words = t('capture.indicator', counted(running.length));
  return (
    <a className="button quiet" href={running.length === 1 ? `#/report?session=${only.session_id}` : '#/captures'} title={words}>
      <CircleDot size={16} strokeWidth={1.75} className="critical" aria-hidden />
      <span className="visually-hidden">{words}</span>
      <span className="wide-only">
        {running.length > 1 || total === null || only.is_armed ? words : t('capture.indicator_left', { elapsed, total })}
      </span>
    </a>
  );
}

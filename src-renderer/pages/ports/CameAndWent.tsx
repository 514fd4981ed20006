import { formatAge, formatClock, formatIso } from '@shared/units';
import { History, Minus, Plus } from 'lucide-react';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { useText } from '../../i18n';
import { useStream } from '../../store/use-stream';
import { useChanges } from './changes-store';

const SHOWN = 30;
const ALL: Record<string, never> = {};

/** Listeners that opened and closed while Netsonde ran. */
export function CameAndWent() {
  const t = useText();
  const changes = useChanges(state => state.changes);
  useStream('port_change', ALL, useChanges.getState().receive);
  return (
    <Panel title={t('changes.title')} className="changes-panel">
      {changes === null ? (
        <Skeleton rows={4} />
      ) : changes.length === 0 ? (
        <Note icon={History} title={t('changes.none')}>
          <p>{t('changes.none_why')}</p>
        </Note>
      ) : (
        // Scrolls by itself, so it can be reached from the keyboard.
        <ol className="changes" tabIndex={0} aria-label={t('changes.title')}>
          {changes.slice(0, SHOWN).map(change => (
            <li key={`${change.at_ms}-${change.kind}-${change.protocol}-${change.port}-${change.local_ip}-${change.pid}`}>
              <time className="mono muted" dateTime={new Date(change.at_ms).toISOString()} title={formatIso(change.at_ms)}>
                {formatClock(change.at_ms)}
              </time>
              {change.kind === 'opened' ? (
                <Plus size={14} className="good" aria-hidden />
              ) : (
                <Minus size={14} className="muted" aria-hidden />
              )}
              <div>
                {t(change.kind === 'opened' ? 'changes.opened' : 'changes.closed', {
                  what: `${change.port}/${change.protocol.slice(0, 3)}`,
                })}
                <div className="muted small">
                  {[
                    change.program === '-' ? t('word.unknown') : change.program,
                    change.local_ip,
                    change.kind === 'closed' && change.open_ms !== null
                      ? t('changes.after', { age: formatAge(change.open_ms / 1000) })
                      : null,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </div>
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

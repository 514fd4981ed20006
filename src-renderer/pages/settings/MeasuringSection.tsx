import { formatAge, formatBytes } from '@shared/units';
import { Info } from 'lucide-react';
import { Panel, Skeleton } from '../../components/Panel';
import { useText } from '../../i18n';
import { useStatus } from '../../store/status';
import { AbilityRow } from '../overview/AbilitiesPanel';

/** What can be measured here, by what, and how to get the rest. */
export function MeasuringSection() {
  const t = useText();
  const status = useStatus(state => state.status);
  if (!status)
    return (
      <Panel title={t('settings.measuring')}>
        <Skeleton rows={8} />
      </Panel>
    );
  const memory = formatBytes(status.engine.memory_bytes);
  return (
    <>
      <Panel title={t('ability.title')} about={t('ability.about')}>
        <ul className="abilities">
          {status.abilities.map(ability => (
            <AbilityRow key={ability.id} ability={ability} />
          ))}
        </ul>
      </Panel>
      <Panel title={t('settings.engine')}>
        <div className="body">
          <dl className="facts">
            <dt>{t('settings.runs_as')}</dt>
            <dd>
              {status.user} · {t(`rights.${status.privileges}`)}
              {status.running_as_root && (
                <p className="muted small row">
                  <Info size={14} aria-hidden /> {t('settings.root_hint')}
                </p>
              )}
            </dd>
            <dt>{t('settings.platform')}</dt>
            <dd>{status.platform}</dd>
            <dt>{t('settings.version')}</dt>
            <dd>{status.version}</dd>
            <dt>{t('settings.uptime')}</dt>
            <dd>{formatAge(status.uptime_s)}</dd>
            <dt>{t('settings.cost')}</dt>
            <dd>
              {status.engine.cpu_percent === null ? '–' : `${status.engine.cpu_percent.toFixed(1)} %`} {t('settings.of_a_core')} ·{' '}
              {memory.number} {memory.unit}
            </dd>
            {status.endpoint && (
              <>
                <dt>{t('settings.listener')}</dt>
                <dd className="mono">{status.endpoint.url}</dd>
              </>
            )}
          </dl>
          {status.notices.map(notice => (
            <p key={notice} className="t2">
              {notice}
            </p>
          ))}
        </div>
      </Panel>
    </>
  );
}

import type { Ability } from '@shared/model/status';
import { CopyButton } from '../../components/CopyButton';
import { Panel, Skeleton } from '../../components/Panel';
import { SeverityIcon } from '../../components/Verdict';
import { i18n, useText } from '../../i18n';
import { useStatus } from '../../store/status';

/** In the window's language where this window knows the ability, else as the engine words it. */
function title({ id, title: worded }: Ability): string {
  return i18n.exists(`abilities.${id}`) ? i18n.t(`abilities.${id}`) : worded;
}

export function AbilityRow({ ability }: { ability: Ability }) {
  const t = useText();
  const severity = ability.state === 'good' ? 'good' : ability.state === 'degraded' ? 'notice' : 'unknown';
  return (
    <li className="ability">
      <SeverityIcon severity={severity} />
      <div className="grow">
        <div className="row">
          <span className="grow">{title(ability)}</span>
          <span className="muted small mono">{ability.backend ?? t('ability.none')}</span>
        </div>
        {ability.state !== 'good' && ability.reason && <p className="muted small">{ability.reason}</p>}
        {ability.state !== 'good' && ability.remedy && (
          <div className="row remedy">
            <code className="code ellipsis grow" title={ability.remedy}>
              {ability.remedy}
            </code>
            <CopyButton text={ability.remedy} label={t('action.copy')} compact />
          </div>
        )}
      </div>
    </li>
  );
}

/** What can be seen on this machine, and the exact command where something cannot. */
export function AbilitiesPanel({ className }: { className: string }) {
  const t = useText();
  const status = useStatus(state => state.status);
  return (
    <Panel title={t('ability.title')} end={<a href="#/settings?section=measuring">{t('ability.link')}</a>} className={className}>
      {status === null ? (
        <Skeleton rows={5} />
      ) : (
        <ul className="abilities">
          {status.abilities.map(ability => (
            <AbilityRow key={ability.id} ability={ability} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

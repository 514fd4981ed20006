import type { Ability } from '@shared/model/status';
import { CopyButton } from '../../components/CopyButton';
import { abilityTitle } from '../../components/Limit';
import { Panel, Skeleton } from '../../components/Panel';
import { isCommand } from '../../components/remedy';
import { SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useStatus } from '../../store/status';

function Remedy({ remedy }: { remedy: string }) {
  const t = useText();
  if (!isCommand(remedy)) return <p className="small">{remedy}</p>;
  return (
    <div className="row remedy">
      <code className="code ellipsis grow" title={remedy}>
        {remedy}
      </code>
      <CopyButton text={remedy} label={t('action.copy')} compact />
    </div>
  );
}

export function AbilityRow({ ability }: { ability: Ability }) {
  const t = useText();
  const severity = ability.state === 'good' ? 'good' : ability.state === 'degraded' ? 'notice' : 'unknown';
  return (
    <li className="ability">
      <SeverityIcon severity={severity} />
      <div className="grow">
        <div className="row">
          <span className="grow">{abilityTitle(ability)}</span>
          <span className="muted small mono">{ability.backend ?? t('ability.none')}</span>
        </div>
        {ability.state !== 'good' && ability.reason && <p className="muted small">{ability.reason}</p>}
        {ability.state !== 'good' && ability.remedy && <Remedy remedy={ability.remedy} />}
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

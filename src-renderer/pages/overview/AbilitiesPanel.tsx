import type { Ability, HelperStatus } from '@shared/model/status';
import { CopyButton } from '../../components/CopyButton';
import { abilityTitle } from '../../components/Limit';
import { Panel, Skeleton } from '../../components/Panel';
import { isCommand } from '../../components/remedy';
import { type Severity, SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useStatus } from '../../store/status';

/** Which of its programs are loaded is said apart: some are only there to be faster. */
export function helperSeverity({ state }: HelperStatus): Severity {
  if (state === 'ready') return 'good';
  return state === 'lost' ? 'warning' : 'unknown';
}

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

/** The helper in one line; what it lets Netsonde see has lines of its own. */
export function HelperRow({ helper }: { helper: HelperStatus }) {
  const t = useText();
  return (
    <li className="ability">
      <SeverityIcon severity={helperSeverity(helper)} />
      <div className="grow">
        <div className="row">
          <span className="grow">{t(`privileges.state_${helper.state}`)}</span>
          <span className="muted small">{helper.way === null ? t('ability.none') : t(`privileges.way_${helper.way}`)}</span>
        </div>
        {helper.reason && <p className="muted small">{helper.reason}</p>}
      </div>
    </li>
  );
}

/** What can be seen on this machine, and the exact command where something cannot. */
export function AbilitiesPanel({ className }: { className: string }) {
  const t = useText();
  const status = useStatus(state => state.status);
  return (
    <Panel title={t('ability.title')} end={<a href="#/settings?section=privileges">{t('ability.link')}</a>} className={className}>
      {status === null ? (
        <Skeleton rows={5} />
      ) : (
        <ul className="abilities">
          <HelperRow helper={status.helper} />
          {status.abilities.map(ability => (
            <AbilityRow key={ability.id} ability={ability} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

import type { StreamMap, ToolReply } from '@shared/bridge';
import type { Coverage } from '@shared/model/source';
import type { HelperStatus, InstallAction } from '@shared/model/status';
import { formatClock, formatCount, formatIso } from '@shared/units';
import { Check, Minus, ShieldCheck, X } from 'lucide-react';
import { type ReactNode, useCallback, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Panel, Skeleton } from '../../components/Panel';
import { SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useStatus } from '../../store/status';
import { useStream } from '../../store/use-stream';
import { callTool } from '../../store/use-tool';
import { AbilityRow, helperSeverity } from '../overview/AbilitiesPanel';

const INSTALL = 'sudo netsonde helper install';
const INSTALL_SERVICE = 'sudo netsonde helper install --service';
const UNINSTALL = 'sudo netsonde helper uninstall';
/** Until `npm link`, the command is in nobody's PATH. */
const IN_FOLDER = 'sudo npm run -s netsonde -- helper install';
/** Coverage comes with every batch; of these there are the fewest. */
const FEWEST = { kinds: ['not_sent' as const] };

function useCoverage(): Coverage | null {
  const [coverage, setCoverage] = useState<Coverage | null>(null);
  const receive = useCallback((batch: StreamMap['kernel_event']['event']) => setCoverage(batch.coverage), []);
  useStream('kernel_event', FEWEST, receive);
  return coverage;
}

function State({ helper, coverage }: { helper: HelperStatus; coverage: Coverage | null }) {
  const t = useText();
  const at = (iso: string | null) =>
    iso === null ? (
      <span className="muted">–</span>
    ) : (
      <span title={formatIso(Date.parse(iso))}>{formatClock(Date.parse(iso))}</span>
    );
  const text = (value: string | number | null) => value ?? <span className="muted">–</span>;
  const since = coverage ? formatClock(Date.parse(coverage.since)) : '–';
  return (
    <Panel title={t('privileges.title')} about={t('privileges.about')}>
      <div className="body col">
        <p className="row" data-testid="helper-state">
          <SeverityIcon severity={helperSeverity(helper)} />
          <b>{t(`privileges.state_${helper.state}`)}</b>
        </p>
        <dl className="facts">
          {helper.reason !== null && (
            <>
              <dt>{t('privileges.why')}</dt>
              <dd>{helper.reason}</dd>
            </>
          )}
          <dt>{t('privileges.way')}</dt>
          <dd>{helper.way === null ? t('ability.none') : t(`privileges.way_${helper.way}`)}</dd>
          <dt>{t('privileges.at')}</dt>
          <dd className="mono">{text(helper.at)}</dd>
          <dt>{t('privileges.pid')}</dt>
          <dd data-testid="helper-pid">{text(helper.pid)}</dd>
          <dt>{t('privileges.kernel')}</dt>
          <dd className="mono">{text(helper.kernel)}</dd>
          <dt>{t('privileges.since')}</dt>
          <dd>{at(helper.since)}</dd>
          {helper.retry_at !== null && (
            <>
              <dt>{t('privileges.retry')}</dt>
              <dd>{at(helper.retry_at)}</dd>
            </>
          )}
          {helper.state !== 'unavailable' && coverage && (
            <>
              <dt>{t('privileges.lost_events')}</dt>
              <dd>
                {coverage.lost === 0
                  ? t('privileges.lost_none', { since })
                  : t('privileges.lost_some', { count: formatCount(coverage.lost), since })}
              </dd>
            </>
          )}
          {coverage && coverage.gaps.length > 0 && (
            <>
              <dt>{t('privileges.gaps')}</dt>
              <dd>
                <ul>
                  {coverage.gaps.slice(-5).map(({ from, to, reason }) => (
                    <li key={from}>
                      {formatClock(Date.parse(from))} – {to === null ? '…' : formatClock(Date.parse(to))}{' '}
                      <span className="muted small">{reason}</span>
                    </li>
                  ))}
                </ul>
              </dd>
            </>
          )}
        </dl>
      </div>
    </Panel>
  );
}

function Programs({ features }: { features: HelperStatus['features'] }) {
  const t = useText();
  const loaded = features.filter(feature => feature.loaded).length;
  return (
    <Panel title={t('privileges.programs')} about={t('privileges.programs_about', { loaded, count: features.length })}>
      <ul className="programs">
        {features.map(feature => (
          <li key={feature.name}>
            {feature.loaded ? <Check size={14} className="good" aria-hidden /> : <X size={14} className="warning" aria-hidden />}
            <span className="mono">{feature.name}</span>
            <span className="muted small">
              {[t(feature.loaded ? 'privileges.loaded' : 'privileges.not_loaded'), feature.detail].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What an administrator does: by a button where this window can ask for the password, else (and always) by a command to copy. */
function CommandLine({ title, why, command, run }: { title: string; why: string; command: string; run: ReactNode }) {
  const t = useText();
  return (
    <div className="col">
      <h3>{title}</h3>
      <p className="t2">{why}</p>
      {run}
      <div className="row wrap">
        {run && <span className="muted">{t('privileges.or_terminal')}</span>}
        <code className="code grow mono">{command}</code>
        <CopyButton text={command} label={t('action.copy_command')} />
        <span className="tag">{t('privileges.asks_root')}</span>
      </div>
    </div>
  );
}

/** The question that was asked last, and what came of it; null while it waits. */
interface Asked {
  action: InstallAction;
  reply: ToolReply<unknown> | null;
}

function Outcome({ reply }: Pick<Asked, 'reply'>) {
  const t = useText();
  if (!reply || reply.success) {
    return (
      <span role="status" className={reply ? 'row' : 'muted'} data-testid={reply ? 'install-done' : undefined}>
        {reply && <Check size={14} className="good" aria-hidden />} {reply?.message ?? t('privileges.waiting')}
      </span>
    );
  }
  return (
    <span role="alert" className={reply.error.code === 'cancelled' ? 'muted' : 'critical'}>
      {reply.message} {reply.error.hint}
    </span>
  );
}

/** Commands for an administrator, and buttons for them in the desktop app. */
function Setup({ helper }: { helper: HelperStatus }) {
  const t = useText();
  const [asked, setAsked] = useState<Asked | null>(null);
  const waiting = asked?.reply === null;
  const ask = async (action: InstallAction): Promise<void> => {
    setAsked({ action, reply: null });
    setAsked({ action, reply: await callTool('install_helper', { action }) });
  };
  const installed = helper.way !== null;
  const canAsk = helper.can_install && window.netsonde !== undefined;
  const button = (action: InstallAction): ReactNode =>
    canAsk && (
      <div className="row wrap">
        <button type="button" className="button" disabled={waiting} onClick={() => void ask(action)}>
          <ShieldCheck size={14} aria-hidden /> {t(`privileges.${action}_now`)}
        </button>
        {asked?.action === action && <Outcome reply={asked.reply} />}
      </div>
    );
  return (
    <Panel title={t('privileges.setup')}>
      <div className="body col commands">
        <CommandLine
          title={t('privileges.install')}
          why={t('privileges.install_why')}
          command={INSTALL}
          run={button('install')}
        />
        <CommandLine
          title={t('privileges.install_service')}
          why={t('privileges.install_service_why')}
          command={INSTALL_SERVICE}
          run={button('install_service')}
        />
        {installed && (
          <CommandLine
            title={t('privileges.uninstall')}
            why={t('privileges.uninstall_why')}
            command={UNINSTALL}
            run={button('uninstall')}
          />
        )}
        <p className="muted small">{t('privileges.in_folder', { command: IN_FOLDER })}</p>
      </div>
    </Panel>
  );
}

function Without() {
  const t = useText();
  const works = [t('privileges.without_sockets'), t('privileges.without_rates'), t('privileges.without_ports')];
  return (
    <Panel title={t('privileges.without')}>
      <ul className="programs">
        {works.map(words => (
          <li key={words}>
            <Check size={14} className="good" aria-hidden />
            <span className="wide">{words}</span>
          </li>
        ))}
        <li>
          <Minus size={14} className="muted" aria-hidden />
          <span className="wide">{t('privileges.without_missing')}</span>
        </li>
      </ul>
    </Panel>
  );
}

/** The state of the privileged helper, what it takes to have it, and what there is without it. */
export function PrivilegesSection() {
  const t = useText();
  const status = useStatus(state => state.status);
  const coverage = useCoverage();
  if (!status)
    return (
      <Panel title={t('privileges.title')}>
        <Skeleton rows={8} />
      </Panel>
    );
  const { helper, abilities } = status;
  return (
    <>
      <State helper={helper} coverage={coverage} />
      <Setup helper={helper} />
      {helper.features.length > 0 && <Programs features={helper.features} />}
      {helper.state !== 'ready' && <Without />}
      <Panel title={t('ability.title')} about={t('ability.about')}>
        <ul className="abilities">
          {abilities.map(ability => (
            <AbilityRow key={ability.id} ability={ability} />
          ))}
        </ul>
      </Panel>
    </>
  );
}

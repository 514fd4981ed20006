import type { ConnectionList } from '@shared/model/connection';
import type { HostSummary } from '@shared/model/host';
import { formatClock, formatMilliseconds } from '@shared/units';
import { wellKnownService } from '@shared/well-known-ports';
import { Filter as FilterIcon, Plug, RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useParam } from '../../app/router';
import { HostStateMark } from '../../components/HostState';
import { Note, Panel } from '../../components/Panel';
import { Program } from '../../components/Program';
import { REACH_ICONS } from '../../components/ReachMark';
import { Tip } from '../../components/Tip';
import { useText } from '../../i18n';
import type { Listener } from '../../store/aggregate';
import { askFleet, type FleetAnswer, fleetPorts, useFleet } from '../../store/fleet';
import { isRemote } from '../../store/hosts';
import { useLink } from '../../store/link';
import { callTool } from '../../store/use-tool';
import { useVisible } from '../../store/visible';

/** After all have answered; one that does not is asked again with the others. */
const EVERY_MS = 15_000;
/** Fewer than the connections that may be opened at once, so that a call from elsewhere still gets one. */
const AT_ONCE = 24;

const ask = (host: string, signal: AbortSignal) =>
  callTool<ConnectionList>('query_network_connections', { host, proto: 'tcp', state: 'LISTEN', limit: 1_000 }, signal);

function useAskedFleet(hosts: readonly HostSummary[], round: number): void {
  const visible = useVisible();
  const linked = useLink(({ state }) => state === 'open');
  const names = JSON.stringify(hosts.map(({ name }) => name));
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- round: the button begins anew
  useEffect(() => {
    if (!visible || !linked) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      // The names were written by JSON.stringify above.
      await askFleet(JSON.parse(names) as string[], ask, AT_ONCE, abort.signal);
      if (!abort.signal.aborted) timer = setTimeout(() => void run(), EVERY_MS);
    };
    void run();
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [names, visible, linked, round]);
}

/** Who listens on that port of that host. */
function Cell({ host, listeners }: { host: string; listeners: readonly Listener[] }) {
  const t = useText();
  const [first] = listeners;
  if (!first) return <td />;
  const widest = listeners.find(({ reach }) => reach === 'all') ?? listeners.find(({ reach }) => reach === 'one') ?? first;
  const Icon = REACH_ICONS[widest.reach];
  const names = [...new Set(listeners.map(({ program }) => (program === '-' ? t('word.unknown') : program)))].join(', ');
  const addresses = [...new Set(listeners.flatMap(each => each.addresses))].join(', ');
  const words = `${host} ${first.port}: ${names} · ${addresses} · ${t(`reach.${widest.reach}`)}`;
  return (
    <td>
      <Tip text={words}>
        <a
          className="fleet-cell"
          aria-label={words}
          href={`#/ports?${new URLSearchParams({ port: String(first.port), ...(host === '' ? {} : { host }) })}`}
        >
          <Icon size={12} className="muted" aria-hidden />
          <Program name={first.program} />
        </a>
      </Tip>
    </td>
  );
}

function Row({ host, answer, ports }: { host: HostSummary; answer: FleetAnswer | undefined; ports: readonly number[] }) {
  const t = useText();
  const remote = isRemote(host);
  const head = (
    <th scope="row" title={host.name}>
      <span className="row">
        <HostStateMark state={host.state} />
        <span className="ellipsis">{host.name}</span>
      </span>
      <span className={answer?.failure ? 'small warning ellipsis' : 'small muted ellipsis'}>
        {answer?.at_ms == null
          ? t(answer?.failure ? 'remote.no_answer' : 'remote.asking')
          : answer.failure
            ? t('remote.stale', { time: formatClock(answer.at_ms) })
            : [answer.source?.rtt_ms == null ? '' : formatMilliseconds(answer.source.rtt_ms), formatClock(answer.at_ms)]
                .filter(Boolean)
                .join(' · ')}
      </span>
    </th>
  );
  if (!answer?.listeners) {
    return (
      <tr>
        {head}
        <td colSpan={Math.max(1, ports.length)} className="fleet-why">
          {answer?.failure && (
            <div className="row">
              <span>{answer.failure.message}</span>
              <a className="button compact" href={`#/hosts?test=${encodeURIComponent(host.name)}`}>
                {t('hosts.test')}
              </a>
            </div>
          )}
        </td>
      </tr>
    );
  }
  return (
    <tr className={answer.failure ? 'stale' : undefined}>
      {head}
      {ports.map(port => (
        <Cell
          key={port}
          host={remote ? host.name : ''}
          listeners={(answer.listeners ?? []).filter(listener => listener.port === port)}
        />
      ))}
    </tr>
  );
}

/** Hosts by listening TCP ports. Every host is asked by itself, and its answer stands as soon as it is there. */
export function Fleet({ hosts }: { hosts: readonly HostSummary[] }) {
  const t = useText();
  const [round, setRound] = useState(0);
  const [words, setWords] = useParam('find', '');
  const answers = useFleet(state => state.answers);
  useAskedFleet(hosts, round);
  const names = hosts.map(({ name }) => name);
  const found = fleetPorts(names, answers, words);
  const waiting = names.filter(name => answers.get(name)?.running ?? true).length;
  return (
    <Panel
      title={t('fleet.title')}
      about={t('fleet.about', { hosts: names.length, ports: found.length })}
      end={
        <>
          {waiting > 0 && <span className="muted small nowrap">{t('fleet.waiting', { count: waiting })}</span>}
          <span className="field compact-field">
            <FilterIcon size={14} aria-hidden />
            <input
              data-filter-input=""
              aria-label={t('fleet.find')}
              placeholder={t('fleet.find')}
              value={words}
              onChange={event => setWords(event.target.value, { replace: true })}
              onKeyDown={event =>
                event.key === 'Escape' && (words === '' ? event.currentTarget.blur() : setWords('', { replace: true }))
              }
            />
            <kbd>/</kbd>
          </span>
          <button type="button" className="button compact" onClick={() => setRound(before => before + 1)}>
            <RefreshCw size={14} aria-hidden /> {t('remote.refresh')}
          </button>
        </>
      }
      footer={t('fleet.footer')}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by the keyboard */}
      <section className="fleet-scroll" tabIndex={0} aria-label={t('fleet.matrix')}>
        <table className="fleet">
          <thead>
            <tr>
              <th scope="col">{t('hosts.name')}</th>
              {found.map(({ port, hosts: on }) => (
                <th key={port} scope="col" title={t('fleet.on', { count: on })}>
                  <b className="mono">{port}</b>
                  <span className="muted small ellipsis">{wellKnownService(`${port}/TCP`) ?? '–'}</span>
                </th>
              ))}
              {found.length === 0 && <th scope="col">{t('fleet.ports')}</th>}
            </tr>
          </thead>
          <tbody>
            {hosts.map(host => (
              <Row key={host.name} host={host} answer={answers.get(host.name)} ports={found.map(({ port }) => port)} />
            ))}
          </tbody>
        </table>
        {found.length === 0 && waiting === 0 && (
          <Note icon={Plug} title={words === '' ? t('fleet.none') : t('connections.none_match', { query: words })} />
        )}
      </section>
    </Panel>
  );
}

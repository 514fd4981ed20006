import { formatCount, formatShare } from '@shared/units';
import { useMemo } from 'react';
import { CountExactly } from '../../components/CountExactly';
import { AbilityBanner } from '../../components/Limit';
import { rateInWords } from '../../components/Quantity';
import { PageHead, type Severity } from '../../components/Verdict';
import { useText } from '../../i18n';
import {
  byProgram,
  byRemoteHost,
  listenersOf,
  listeningPorts,
  reachOf,
  serviceKey,
  topBy,
  totalsOf,
} from '../../store/aggregate';
import {
  busiestOf,
  carried,
  interfacesInTotal,
  lastSeconds,
  moves,
  selectDetails,
  sumOf,
  sumSamples,
  useInterfaces,
} from '../../store/interfaces';
import { useLink } from '../../store/link';
import { groupByProgram, useProcessTraffic } from '../../store/process-traffic';
import { selectRateUnit, useSettings } from '../../store/settings';
import { rowsAt, useSockets } from '../../store/sockets';
import { selectProcessLimit, useStatus } from '../../store/status';
import { AbilitiesPanel } from './AbilitiesPanel';
import { InterfacesPanel } from './InterfacesPanel';
import { OverviewFigures } from './OverviewFigures';
import { ListenersPanel, TopPanel } from './TopPanels';
import { TotalPanel } from './TotalPanel';

/** What the page says of errors and drops looks back so far. */
export const LOOK_BACK_S = 300;

/** What goes on here, in words first; everything below is its evidence. */
export function OverviewPage() {
  const t = useText();
  const unit = useSettings(selectRateUnit);
  const details = useInterfaces(selectDetails);
  const windows = useInterfaces(state => state.samples);
  const { rows, version, source } = useSockets();
  const status = useStatus(state => state.status);
  const lost = useLink(({ state }) => state === 'lost');

  const counted = useMemo(() => interfacesInTotal(details ?? []), [details]);
  const total = useMemo(() => sumSamples(counted.map(name => windows.get(name) ?? [])), [counted, windows]);
  const recent = useMemo(() => lastSeconds(total, LOOK_BACK_S), [total]);
  const table = useMemo(() => {
    const all = rowsAt(rows, version);
    return {
      totals: totalsOf(all),
      processes: topBy(all, byProgram),
      outward: topBy(all, row => (reachOf(row.foreign_ip) === 'one' ? row.program : null)),
      hosts: topBy(all, byRemoteHost),
      services: topBy(all, serviceKey(listeningPorts(all))),
      listeners: listenersOf(all),
    };
  }, [rows, version]);

  const newest = total.at(-1);
  const troubles = useMemo(
    () =>
      (details ?? []).flatMap(({ name }) => {
        const window = lastSeconds(windows.get(name) ?? [], LOOK_BACK_S);
        const count = sumOf(window, 'rx_errors', 'tx_errors', 'rx_dropped', 'tx_dropped');
        return count > 0 ? [{ name, count }] : [];
      }),
    [details, windows],
  );
  const processes = useProcessTraffic();
  // Without the helper the sockets tell, of TCP alone.
  const exact = useMemo(
    () => (processes === null || processes.source.degraded ? null : groupByProgram(processes.processes)),
    [processes],
  );
  const everySocket = source?.backend === 'eBPF';
  const processLimit = useStatus(selectProcessLimit);
  // One banner: the way of reading first, it costs more than names.
  const limit =
    (source?.degraded && status?.abilities.find(({ state, remedy }) => state !== 'good' && remedy !== null)) || processLimit;
  const severity: Severity = newest === undefined ? 'unknown' : troubles.length > 0 || limit ? 'notice' : 'good';
  const verdict = ((): string => {
    if (!newest || newest.rx_rate_bps === null || newest.tx_rate_bps === null) return t('overview.waiting');
    const rates = {
      in: rateInWords(newest.rx_rate_bps, unit),
      out: rateInWords(newest.tx_rate_bps, unit),
      interfaces: counted.join(', '),
    };
    const busiest = table.outward.find(({ key }) => key !== '-');
    const all = details ?? [];
    const other = busiestOf(all, windows, ({ name, loopback }) => !loopback && !counted.includes(name));
    // A rate there is told of when there is more of it than on what is counted.
    const inside = busiestOf(all, windows, ({ name, loopback }) => loopback && !counted.includes(name));
    const loopback = inside && (inside.rx_rate_bps ?? 0) > carried(newest) ? inside : null;
    const idle = other || loopback ? t('overview.quiet', rates) : t('overview.idle', rates);
    return [
      !moves(newest)
        ? idle
        : busiest
          ? t('overview.busy_by', { ...rates, program: busiest.key, count: busiest.hosts })
          : t('overview.busy', rates),
      other && carried(other) > carried(newest)
        ? t('overview.other', {
            name: other.interface,
            in: rateInWords(other.rx_rate_bps ?? 0, unit),
            out: rateInWords(other.tx_rate_bps ?? 0, unit),
          })
        : '',
      loopback ? t('overview.loopback', { name: loopback.interface, rate: rateInWords(loopback.rx_rate_bps ?? 0, unit) }) : '',
      troubles.length === 0
        ? t('overview.no_trouble', { minutes: Math.max(1, Math.round((recent.length * (newest.interval_ms / 1000)) / 60)) })
        : t('overview.trouble', { list: troubles.map(({ name, count }) => `${name} ${formatCount(count)}`).join(', ') }),
    ]
      .filter(Boolean)
      .join(t('word.sentence_gap'));
  })();

  return (
    <div className="page">
      <PageHead
        title={t('page.overview')}
        severity={lost ? 'unknown' : severity}
        verdict={verdict}
        actions={<CountExactly iface={counted[0] ?? null} />}
      />
      {limit && <AbilityBanner ability={limit} />}
      <OverviewFigures total={recent} counted={counted} totals={table.totals} socketSource={source} haveSockets={version > 0} />
      <TotalPanel samples={total} counted={counted} />
      <div className="grid">
        <div className="span-8 narrow-12 stack">
          <InterfacesPanel />
          <ListenersPanel className="grow" listeners={table.listeners} ready={version > 0} />
        </div>
        <AbilitiesPanel className="span-4 narrow-12" />
      </div>
      <div className="grid">
        <TopPanel
          className="span-4 narrow-6"
          kind="process"
          groups={exact ?? table.processes}
          exact={exact !== null}
          ready={version > 0}
          unattributed={table.totals.unattributed_share}
        />
        <TopPanel className="span-4 narrow-6" kind="host" groups={table.hosts} ready={version > 0} everySocket={everySocket} />
        <TopPanel
          className="span-4 narrow-6"
          kind="service"
          everySocket={everySocket}
          groups={table.services}
          ready={version > 0}
          listeners={table.listeners}
        />
      </div>
      {table.totals.unattributed > 0 && (
        <p className="muted small">
          {t('overview.unattributed_note', {
            count: table.totals.unattributed,
            share: formatShare(table.totals.unattributed_share ?? 0),
          })}
          {t('word.sentence_gap')}
          {source?.reason ??
            (status?.running_as_root
              ? t('overview.unattributed_root')
              : t('overview.unattributed_user', { user: status?.user ?? '–' }))}
        </p>
      )}
    </div>
  );
}

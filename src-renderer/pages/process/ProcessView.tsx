import type { ConnectionEventList } from '@shared/model/event';
import type { ProcessTraffic } from '@shared/model/process-traffic';
import { formatAge, formatIso } from '@shared/units';
import { useMemo } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { type Figure, Figures } from '../../components/Figures';
import { Panel } from '../../components/Panel';
import { Program, ProgramLink } from '../../components/Program';
import { rateInWords, useRateParts } from '../../components/Quantity';
import { SourceWords } from '../../components/SourceWords';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useEvents, useTimeline } from '../../store/events';
import { type ProcessName, useProcessTraffic } from '../../store/process-traffic';
import { selectRateUnit, useSettings } from '../../store/settings';
import { rowsAt, type SocketRow, useSockets } from '../../store/sockets';
import { eventsOf } from '../../store/timeline';
import { useTool } from '../../store/use-tool';
import { RecentEvents } from '../events/RecentEvents';
import { Findings } from './Findings';
import { bytesFigure, rateFigure } from './figures';
import { ProcessSockets } from './ProcessSockets';

const WITHOUT_PROCESS = ['process'];

type Origin = ConnectionEventList['events'][number];

function About({
  traffic,
  origin,
  sockets,
  className,
}: {
  traffic: ProcessTraffic | undefined;
  origin: Origin | undefined;
  sockets: readonly SocketRow[];
  className: string;
}) {
  const t = useText();
  const user = traffic?.user ?? origin?.user ?? sockets[0]?.user ?? null;
  const container = origin?.container ?? sockets[0]?.container ?? null;
  const unknown = <span className="muted">{t('process.unknown_origin')}</span>;
  return (
    <Panel title={t('process.about')} className={className}>
      <div className="body">
        <dl className="facts">
          <dt>{t('column.user')}</dt>
          <dd>{user ?? <span className="muted">–</span>}</dd>
          <dt>{t('process.started')}</dt>
          <dd>
            {traffic ? (
              <span title={formatIso(traffic.started_ms)}>
                {t('word.ago', { age: formatAge(Math.max(0, (Date.now() - traffic.started_ms) / 1_000)) })}
              </span>
            ) : (
              <span className="muted">–</span>
            )}
          </dd>
          <dt>{t('process.command_line')}</dt>
          <dd className="row">
            {origin?.command_line ? (
              <>
                <span className="mono small grow">{origin.command_line}</span>
                <CopyButton text={origin.command_line} />
              </>
            ) : (
              unknown
            )}
          </dd>
          <dt>{t('process.parents')}</dt>
          <dd>
            {origin && origin.parents.length > 0 ? (
              <span className="row wrap">
                {origin.parents.map(({ pid, program }) => (
                  <ProgramLink key={pid} name={program} pid={pid} />
                ))}
              </span>
            ) : (
              unknown
            )}
          </dd>
          {container !== null && (
            <>
              <dt>{t('column.container')}</dt>
              <dd className="mono">{container}</dd>
            </>
          )}
          {origin?.unit != null && (
            <>
              <dt>{t('process.unit')}</dt>
              <dd className="mono">{origin.unit}</dd>
            </>
          )}
        </dl>
      </div>
    </Panel>
  );
}

/** All about one process: what it carries, holds and did, and what stands out in that. */
export function ProcessView({ name }: { name: ProcessName }) {
  const t = useText();
  const { pid, started_ms } = name;
  const unit = useSettings(selectRateUnit);
  const all = useProcessTraffic();
  const { rows: table, version: tableVersion, source } = useSockets();
  const params = useMemo(() => ({ pid }), [pid]);
  useTimeline(params);
  const { rows, version, ready } = useEvents();
  const origin = useTool<ConnectionEventList>('list_connections', { pid, max_events: 1 }).data?.events?.[0];

  const traffic = all?.processes.find(row => row.pid === pid && (started_ms === null || row.started_ms === started_ms));
  const other = started_ms !== null && !traffic ? all?.processes.find(row => row.pid === pid) : undefined;
  const sockets = useMemo(() => rowsAt(table, tableVersion).filter(row => row.pid === pid), [table, tableVersion, pid]);
  const open = sockets.filter(({ closed_ms }) => closed_ms === null);
  const events = useMemo(() => eventsOf(rows.values()), [rows, version]); // oxlint-disable-line react-hooks/exhaustive-deps -- the rows are changed in place
  const program = traffic?.program ?? sockets[0]?.program ?? events.at(-1)?.program ?? origin?.program ?? '-';
  const rx = useRateParts(traffic?.rx_rate_bps ?? null);
  const tx = useRateParts(traffic?.tx_rate_bps ?? null);

  const failed = events.filter(({ kind }) => kind === 'connect_failed').length;
  const drops = events.filter(({ kind }) => kind === 'drop').length;
  const known = traffic !== undefined || sockets.length > 0 || events.length > 0 || origin !== undefined;
  const settled = all !== null && tableVersion > 0 && ready;
  const socketWords = t('process.sockets', { count: open.length });
  const verdict = ((): string => {
    if (!known) return t(settled ? 'process.gone' : 'process.waiting', { pid });
    const moves = (traffic?.rx_rate_bps ?? 0) + (traffic?.tx_rate_bps ?? 0) > 0;
    return [
      moves
        ? t('process.verdict', {
            program,
            in: rateInWords(traffic?.rx_rate_bps ?? 0, unit),
            out: rateInWords(traffic?.tx_rate_bps ?? 0, unit),
            sockets: socketWords,
          })
        : t('process.verdict_idle', { program, sockets: socketWords }),
      failed + drops > 0 ? t('process.troubles', { failed, drops }) : '',
      other ? t('process.other_pid', { started: formatIso(other.started_ms) }) : '',
    ]
      .filter(Boolean)
      .join(t('word.sentence_gap'));
  })();
  const words = <SourceWords source={all?.source ?? null} />;
  const figures: Figure[] = [
    rateFigure('receive', t('figure.receive'), rx, words),
    rateFigure('transmit', t('figure.transmit'), tx, words),
    bytesFigure('total-in', t('process.total_in'), traffic?.rx_bytes ?? null, t('process.since_helper'), words),
    bytesFigure('total-out', t('process.total_out'), traffic?.tx_bytes ?? null, t('process.since_helper'), words),
    {
      id: 'sockets',
      label: t('figure.sockets'),
      value: tableVersion === 0 ? <span className="muted">–</span> : open.length,
      source: <SourceWords source={source} />,
    },
  ];

  return (
    <div className="page process">
      <PageHead
        title={t('process.title', { pid })}
        severity={!known ? 'unknown' : failed + drops > 0 ? 'notice' : 'good'}
        verdict={verdict}
        actions={
          <>
            <span className="button quiet">
              <Program name={program} />
            </span>
            <a className="button" href={`#/events?filter=pid:${pid}`}>
              {t('process.all_events')}
            </a>
            <a className="button" href={`#/connections?filter=pid:${pid}`}>
              {t('process.all_sockets')}
            </a>
          </>
        }
      />
      <Figures figures={figures} label={t('figure.label')} />
      <div className="grid">
        <About className="span-4 narrow-12" traffic={traffic} origin={origin} sockets={sockets} />
        <ProcessSockets className="span-8 narrow-12" sockets={sockets} version={tableVersion} source={source} />
      </div>
      <Findings pid={pid} />
      <RecentEvents
        title={t('process.events')}
        without={WITHOUT_PROCESS}
        emptyWhy={t('process.gone_why')}
        className="process-events"
      />
    </div>
  );
}

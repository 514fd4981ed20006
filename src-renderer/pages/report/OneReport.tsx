import type { CaptureAnalysisResult, CaptureStatus, CaptureSummary } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { formatClock, formatCount, formatEndpoint, formatShare } from '@shared/units';
import { CircleDot, GitCompare, Square } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import { formatRoute, goTo, useParam } from '../../app/router';
import { Banner } from '../../components/Banner';
import { Menu } from '../../components/Menu';
import { Failure, Panel, Skeleton } from '../../components/Panel';
import { PageHead, type Severity } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useCaptures } from '../../store/captures';
import { useLink } from '../../store/link';
import { useNow } from '../../store/use-now';
import { callTool } from '../../store/use-tool';
import { captureName, isElsewhere, secondsLeft, severityOf } from '../captures/capture-words';
import { FindingBody, findingKey, streamOf } from './FindingBody';
import { FlowPlots } from './FlowPlots';
import { type FlowEnds, Ladder } from './Ladder';
import { Problems } from './Problems';
import { Protocols, Quality } from './Quality';
import { ReportExport } from './ReportExport';
import { ReportFigures } from './ReportFigures';
import { NoReport } from './ReportPage';
import { flowEnd } from './report-words';
import { Tables } from './Tables';
import { flowOfPacket, useFlowPackets, useReport, useStreamOf } from './use-report';

const LIMIT_RULE = 'tcp-low-throughput-cause';
const NO_PACKETS: ReadonlySet<number> = new Set();
/** Problems on paper, worst first: who has hundreds reads them on a screen. */
const PRINTED = 30;

/** Both ends of a flow: from a finding, else from the tables. */
function useEnds(session: string, analysis: CaptureAnalysisResult | null, stream: number | null): FlowEnds | null {
  const ofFinding = useMemo(() => {
    for (const { flow, flows } of analysis?.problems_detected ?? []) {
      const found = [...(flow ? [flow] : []), ...flows].find(each => each.stream === stream);
      if (found) return { a: flowEnd(found.a), b: flowEnd(found.b), program: found.program };
    }
    const row = [...(analysis?.connection_analysis.connections ?? []), ...(analysis?.datagrams.flows ?? [])].find(
      each => each.stream === stream,
    );
    return row
      ? { a: formatEndpoint(row.a.addr, row.a.port), b: formatEndpoint(row.b.addr, row.b.port), program: row.program }
      : null;
  }, [analysis, stream]);
  return stream === null ? null : (ofFinding ?? { a: `#${stream}`, b: '', program: null });
}

function againHref(status: CaptureStatus): string {
  const params = new Map([
    ['mode', status.mode],
    ['target', status.target],
    ['interface', status.interface],
    ['duration', String(Math.round((Date.parse(status.ends_at) - Date.parse(status.started_at)) / 1_000))],
    ...(isElsewhere(status.host) ? [['host', status.host] as const] : []),
    ...(status.trigger === null ? [] : [['trigger', status.trigger] as const]),
    ...(status.save ? [['save', '1'] as const] : []),
  ]);
  return formatRoute({ page: 'captures', params });
}

function CompareMenu({ session }: { session: string }) {
  const t = useText();
  const captures = useCaptures(state => state.captures);
  const others = captures.filter(({ session_id, status }) => session_id !== session && status !== 'running');
  if (others.length === 0) return null;
  return (
    <Menu
      title={t('report.compare')}
      trigger={
        <button type="button" className="button">
          <GitCompare size={14} aria-hidden /> {t('capture.compare')}
        </button>
      }
      entries={others.map(other => ({
        id: other.session_id,
        label: captureName(other),
        note: formatClock(Date.parse(other.started_at)),
        onSelect: () => goTo('report', { session, with: other.session_id }),
      }))}
    />
  );
}

function useVerdict(
  summary: CaptureSummary | null,
  status: CaptureStatus | null,
  analysis: CaptureAnalysisResult | null,
): { severity: Severity; words: React.ReactNode } {
  const t = useText();
  const now = useNow(summary?.status === 'running');
  if (!summary) return { severity: 'unknown', words: t('capture.loading') };
  if (summary.kind === 'file' && summary.status === 'running')
    return { severity: 'unknown', words: t('report.reading', { percent: formatShare(summary.progress ?? 0) }) };
  if (status?.is_armed) return { severity: 'unknown', words: t('report.armed', { trigger: status.trigger ?? '' }) };
  const left = secondsLeft(summary, now);
  const running = left === null ? '' : t('report.running', { seconds: left });
  if (!analysis || analysis.total_packets === 0) {
    const words = [
      status?.problem ?? analysis?.capture.damage ?? (left === null ? (analysis?.verdict ?? '') : t('report.waiting')),
      running,
    ];
    return { severity: 'unknown', words: words.filter(Boolean).join(t('word.sentence_gap')) };
  }
  return {
    severity: severityOf(analysis.problems_detected[0]?.severity ?? null, true),
    words: (
      <>
        <b>{analysis.verdict}</b> {running}
      </>
    ),
  };
}

/** One report: what is wrong, what shows it, and everything that was said; the same live, ended, or from a file. */
export function OneReport({ session }: { session: string }) {
  const t = useText();
  const { summary, status, analysis, source, live, missing, failure } = useReport(session);
  const linkLost = useLink(({ state }) => state === 'lost');
  const [findingParam, setFinding] = useParam('finding', '');
  const [flowText, setFlow] = useParam('flow', '');
  const [packetText, setPacket] = useParam('packet', '');
  const [stopping, setStopping] = useState(false);
  const [printing, setPrinting] = useState(false);
  const { severity, words } = useVerdict(summary, status, analysis);

  const findings = analysis?.problems_detected;
  const selected = findingParam !== '' ? findingParam : findings?.[0] ? findingKey(findings[0]) : '';
  const finding = findings?.find(each => findingKey(each) === selected);
  const shownBy = useStreamOf(session, finding ? streamOf(finding) : null, finding?.evidence[0]?.packet ?? null);
  const stream = flowText !== '' ? Number(flowText) : shownBy;
  const packet = packetText === '' ? null : Number(packetText);
  const evidence = useMemo(
    () =>
      findings
        ? new Set(
            findings
              .filter(each => streamOf(each) === stream || each === finding)
              .flatMap(each => each.evidence.map(shown => shown.packet)),
          )
        : NO_PACKETS,
    [findings, finding, stream],
  );
  const isEmpty = analysis !== null && analysis.total_packets === 0;
  const packets = useFlowPackets(session, stream, analysis?.total_packets ?? 0, live);
  const ends = useEnds(session, analysis, stream);
  const limit = findings?.find(({ id, flow }) => id === LIMIT_RULE && flow?.stream === stream) ?? null;

  const openPacket = useCallback(
    (of: number | null, shown: number | null) => {
      if (of !== null) setFlow(String(of), { replace: true });
      setPacket(shown === null ? '' : String(shown), { replace: true });
    },
    [setFlow, setPacket],
  );
  const openEvidence = useCallback(
    (shown: Finding, of: number) => {
      const streams = [...(shown.flow ? [shown.flow] : []), ...shown.flows].flatMap(each => each.stream ?? []);
      void flowOfPacket(session, [...new Set(streams)], of).then(found => found !== null && openPacket(found, of));
    },
    [session, openPacket],
  );
  useEffect(() => {
    const before = (): void => flushSync(() => setPrinting(true));
    const after = (): void => setPrinting(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);

  if (missing) return <NoReport title={t('report.missing')} why={t('report.missing_why')} />;
  const name = summary ? captureName(summary) : session;
  const began = summary ? formatClock(Date.parse(summary.started_at)) : '';
  const partialWhy =
    status?.problem ?? analysis?.capture.damage ?? (status?.stop_reason ? t(`stop_reason.${status.stop_reason}`) : '');
  return (
    <div className="page report">
      <PageHead
        title={t('report.title', { name: `${name}, ${began}` })}
        severity={linkLost ? 'unknown' : severity}
        verdict={words}
        actions={
          <>
            {status?.is_capturing && (
              <button
                type="button"
                className="button"
                disabled={stopping}
                onClick={() => {
                  setStopping(true);
                  void callTool('stop_packet_capture', { session_id: session }).then(() => setStopping(false));
                }}
              >
                <Square size={14} aria-hidden /> {t('report.stop')}
              </button>
            )}
            <CompareMenu session={session} />
            {analysis && <ReportExport session={session} name={name} />}
            {status && !status.is_capturing && (
              <a className="button" href={againHref(status)}>
                <CircleDot size={14} aria-hidden /> {t('report.again')}
              </a>
            )}
          </>
        }
      />
      {analysis?.partial && !live && !isEmpty && <Banner title={t('report.partial')}>{partialWhy}</Banner>}
      {failure ? (
        <Panel title={t('page.report')}>
          <Failure failure={failure} />
        </Panel>
      ) : analysis === null && !status?.is_armed && status?.status !== 'failed' ? (
        <Panel title={t('page.report')}>
          <Skeleton rows={10} />
        </Panel>
      ) : analysis === null ? null : (
        <>
          <ReportFigures analysis={analysis} source={source} />
          {printing && (
            <section className="print-only">
              <h2>{t('report.problems')}</h2>
              {analysis.problems_detected.slice(0, PRINTED).map(each => (
                <article key={findingKey(each)}>
                  <h3>{each.title}</h3>
                  <FindingBody finding={each} onPacket={() => undefined} onFlow={() => undefined} />
                </article>
              ))}
              {analysis.totals.problems > PRINTED && (
                <p>{t('report.printed', { count: PRINTED, total: formatCount(analysis.totals.problems) })}</p>
              )}
            </section>
          )}
          <div className={isEmpty ? 'stack report-empty' : 'report-trio'}>
            <Problems
              analysis={analysis}
              live={live}
              nothing={status && { filter: status.filter, iface: status.interface }}
              selected={selected}
              onSelect={key => {
                setFinding(key, { replace: true });
                setFlow('', { replace: true });
                setPacket('', { replace: true });
              }}
              onPacket={openEvidence}
              onFlow={of => openPacket(of, null)}
            />
            {!isEmpty && (
              <Ladder
                key={stream ?? 'none'}
                ends={ends}
                packets={packets}
                evidence={evidence}
                packet={packet}
                onPacket={shown => setPacket(shown === null ? '' : String(shown), { replace: true })}
              />
            )}
            {!isEmpty && (
              <FlowPlots lines={packets.rows} loading={packets.state === 'loading'} limit={limit} chosen={stream !== null} />
            )}
          </div>
          <div className={isEmpty ? 'stack' : 'report-foot'}>
            {!isEmpty && <Tables session={session} analysis={analysis} live={live} stream={stream} onFlow={openPacket} />}
            <div className="stack">
              {!isEmpty && <Protocols analysis={analysis} />}
              <Quality analysis={analysis} status={status} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

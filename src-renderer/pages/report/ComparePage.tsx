import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { formatClock, formatCount, formatShare } from '@shared/units';
import { ArrowLeftRight } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { goTo } from '../../app/router';
import { NumberHead } from '../../components/NumberHead';
import { Failure, Panel, Skeleton } from '../../components/Panel';
import { PageHead } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useCaptures } from '../../store/captures';
import type { ToolFailure } from '../../store/use-tool';
import { captureName } from '../captures/capture-words';
import { compareReports, type ServerMedians } from './compare';
import { findingKey } from './FindingBody';
import { FindingIcon } from './FindingIcon';
import { NoReport } from './ReportPage';
import { bytesWords, timeWords } from './report-words';
import { readWhole } from './use-report';

const SERVERS = 50;

type Both = readonly [CaptureAnalysisResult, CaptureAnalysisResult];

function useBoth(first: string, second: string): { both: Both | null; failure: ToolFailure | null } {
  const [state, setState] = useState<{ both: Both | null; failure: ToolFailure | null }>({ both: null, failure: null });
  useEffect(() => {
    const abort = new AbortController();
    Promise.all([readWhole(first, abort.signal), readWhole(second, abort.signal)]).then(
      both => setState({ both, failure: null }),
      (thrown: unknown) => {
        const failure = thrown as ToolFailure; // readWhole throws nothing else
        if (!abort.signal.aborted) setState({ both: null, failure });
      },
    );
    return () => abort.abort();
  }, [first, second]);
  return state;
}

function FindingList({ findings, session }: { findings: readonly Finding[]; session: string }) {
  const t = useText();
  if (findings.length === 0) return <p className="body muted">{t('compare.none')}</p>;
  return (
    <ul className="findings">
      {findings.map(finding => (
        <li key={findingKey(finding)}>
          <FindingIcon severity={finding.severity} />
          <div className="grow">
            <a href={`#/report?session=${session}&finding=${encodeURIComponent(findingKey(finding))}`}>{finding.title}</a>
            <p className="t2 small">{finding.summary}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The same number of both, and by how much it differs. */
function CountRow({
  name,
  values,
  words,
}: {
  name: string;
  values: readonly [number | null, number | null];
  words: (value: number) => string;
}) {
  const [first, second] = values;
  const show = (value: number | null): ReactNode => (value === null ? <span className="muted">–</span> : words(value));
  const change = first === null || second === null ? null : second - first;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="r">{show(first)}</td>
      <td className="r">{show(second)}</td>
      <td className="r">
        {change === null || change === 0 ? (
          <span className="muted">{change ?? '–'}</span>
        ) : (
          `${change > 0 ? '+' : '−'}${words(Math.abs(change))}`
        )}
      </td>
    </tr>
  );
}

function Counts({ both: [first, second] }: { both: Both }) {
  const t = useText();
  const pair = (of: (analysis: CaptureAnalysisResult) => number | null) => [of(first), of(second)] as const;
  return (
    <Panel title={t('compare.counts')}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('compare.figure')}</th>
            <NumberHead>{t('compare.first')}</NumberHead>
            <NumberHead>{t('compare.second')}</NumberHead>
            <NumberHead>{t('compare.change')}</NumberHead>
          </tr>
        </thead>
        <tbody>
          <CountRow name={t('report.packets')} values={pair(each => each.total_packets)} words={formatCount} />
          <CountRow name={t('compare.bytes')} values={pair(each => each.total_bytes)} words={bytesWords} />
          <CountRow name={t('compare.duration')} values={pair(each => each.duration_s)} words={value => value.toFixed(1)} />
          <CountRow name={t('compare.lost')} values={pair(each => each.capture.dropped_by_kernel)} words={formatCount} />
          <CountRow name={t('report.connections')} values={pair(each => each.connection_analysis.total)} words={formatCount} />
          <CountRow
            name={t('compare.established')}
            values={pair(each => each.connection_analysis.established)}
            words={formatCount}
          />
          <CountRow name={t('compare.failed')} values={pair(each => each.connection_analysis.failed)} words={formatCount} />
          <CountRow name={t('compare.reset')} values={pair(each => each.connection_analysis.reset)} words={formatCount} />
          <CountRow
            name={t('report.sent_again')}
            values={pair(each => each.connection_analysis.retransmissions)}
            words={formatCount}
          />
          <CountRow name="DNS" values={pair(each => each.totals.dns)} words={formatCount} />
          <CountRow name="HTTP" values={pair(each => each.totals.http)} words={formatCount} />
          <CountRow name="TLS" values={pair(each => each.totals.tls)} words={formatCount} />
        </tbody>
      </table>
    </Panel>
  );
}

function PairCell({
  first,
  second,
  words,
}: {
  first: number | null | undefined;
  second: number | null | undefined;
  words: (value: number) => string;
}) {
  const show = (value: number | null | undefined): ReactNode => (value == null ? <span className="muted">–</span> : words(value));
  return (
    <td className="r">
      {show(first)} <span className="muted">→</span> {show(second)}
    </td>
  );
}

function Servers({ servers }: { servers: ReturnType<typeof compareReports>['servers'] }) {
  const t = useText();
  const cell =
    (of: (medians: ServerMedians) => number | null, words: (value: number) => string) => (pair: (typeof servers)[number]) => (
      <PairCell first={pair.first && of(pair.first)} second={pair.second && of(pair.second)} words={words} />
    );
  const rtt = cell(each => each.rtt_ms, timeWords);
  const again = cell(each => each.again_share, formatShare);
  const dns = cell(each => each.dns_ms, timeWords);
  return (
    <Panel title={t('compare.servers')} about={t('compare.servers_about')}>
      {servers.length === 0 ? (
        <p className="body muted">{t('compare.servers_none')}</p>
      ) : (
        <div className="scroll compare-servers">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('compare.server')}</th>
                <NumberHead>{t('compare.rtt')}</NumberHead>
                <NumberHead>{t('compare.again')}</NumberHead>
                <NumberHead>{t('compare.dns')}</NumberHead>
              </tr>
            </thead>
            <tbody>
              {servers.slice(0, SERVERS).map(pair => (
                <tr key={pair.server}>
                  <td className="mono" title={pair.server}>
                    {pair.server}
                  </td>
                  {rtt(pair)}
                  {again(pair)}
                  {dns(pair)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** Two reports beside each other: counts, problems of only one, and each server's medians. */
export function ComparePage({ first, second }: { first: string; second: string }) {
  const t = useText();
  const { captures, ready } = useCaptures();
  const { both, failure } = useBoth(first, second);
  const [left, right] = [first, second].map(id => captures.find(({ session_id }) => session_id === id));
  if (ready && (!left || !right)) return <NoReport title={t('report.missing')} why={t('report.missing_why')} />;
  const compared = both && compareReports(both[0], both[1]);
  const { first: only, second: other, both: common } = compared?.problems ?? { first: [], second: [], both: [] };
  const label = (capture: typeof left, name: string): ReactNode => (
    <span className="row">
      <span className="muted">{name}</span>
      <a href={`#/report?session=${capture?.session_id ?? ''}`}>{capture ? captureName(capture) : '…'}</a>
      <span className="muted small">{capture && formatClock(Date.parse(capture.started_at))}</span>
    </span>
  );
  return (
    <div className="page compare">
      <PageHead
        title={t('compare.title')}
        severity={compared ? (only.length + other.length === 0 ? 'good' : 'notice') : 'unknown'}
        verdict={
          compared
            ? only.length + other.length === 0
              ? t('compare.same')
              : t('compare.verdict', { only: only.length, other: other.length, both: common.length })
            : t('capture.loading')
        }
        actions={
          <>
            <button type="button" className="button" onClick={() => goTo('report', { session: second, with: first })}>
              <ArrowLeftRight size={14} aria-hidden /> {t('compare.swap')}
            </button>
            <a className="button" href="#/captures">
              {t('report.to_captures')}
            </a>
          </>
        }
      />
      <div className="row wrap compare-names">
        {label(left, t('compare.first'))}
        {label(right, t('compare.second'))}
      </div>
      {failure ? (
        <Panel title={t('compare.counts')}>
          <Failure failure={failure} />
        </Panel>
      ) : !both || !compared ? (
        <Panel title={t('compare.counts')}>
          <Skeleton rows={8} />
        </Panel>
      ) : (
        <div className="grid">
          <div className="span-5 narrow-12 stack">
            <Counts both={both} />
          </div>
          <div className="span-7 narrow-12 stack">
            <Panel title={t('compare.problems_first')} about={String(only.length)}>
              <FindingList findings={only} session={first} />
            </Panel>
            <Panel title={t('compare.problems_second')} about={String(other.length)}>
              <FindingList findings={other} session={second} />
            </Panel>
            <Panel title={t('compare.problems_both')} about={String(common.length)}>
              <FindingList findings={common.map(pair => pair.second)} session={second} />
            </Panel>
          </div>
          <div className="span-12">
            <Servers servers={compared.servers} />
          </div>
        </div>
      )}
    </div>
  );
}

import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { formatClock, formatCount, formatIso } from '@shared/units';
import { CircleCheck, PackageOpen, Pause, Workflow } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { counted, useText } from '../../i18n';
import { FindingIcon } from './FindingIcon';
import { flowEnd } from './report-words';

/** Packets and flows shown before the others are asked for. */
const CHIPS = 5;
const FLOWS = 3;

/** Stays the same while the report grows: the rule, its flow, and its first packet. */
export function findingKey({ id, flow, evidence }: Finding): string {
  return [id, flow?.stream ?? flow?.b.ip ?? '', flow === null ? (evidence[0]?.packet ?? '') : ''].join('.');
}

/** The flow whose packets show it. */
export function streamOf({ flow, flows }: Finding): number | null {
  return flow?.stream ?? flows.find(({ stream }) => stream !== null)?.stream ?? null;
}

const metricWords = (value: Finding['metrics'][string]): string =>
  value === null ? '–' : typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);

interface FindingBodyProps {
  finding: Finding;
  onPacket: (finding: Finding, packet: number) => void;
  onFlow: (stream: number) => void;
}

/** All about one problem: what, how sure, what shows it, what to do. */
export function FindingBody({ finding, onPacket, onFlow }: FindingBodyProps) {
  const t = useText();
  const {
    id,
    summary,
    evidence,
    advice,
    caveats,
    confidence,
    consequences,
    references,
    metrics,
    flow,
    flows,
    rollup,
    first_ts,
    last_ts,
  } = finding;
  const [all, setAll] = useState(false);
  const about = [...(flow ? [flow] : []), ...flows.filter(other => other.stream !== flow?.stream)].filter(
    each => each.stream !== null,
  );
  const more = Math.max(0, evidence.length - CHIPS) + Math.max(0, about.length - FLOWS);
  const time = (iso: string) => <span title={formatIso(Date.parse(iso))}>{formatClock(Date.parse(iso), true)}</span>;
  return (
    <div className="col finding-body">
      <p>{summary}</p>
      {(evidence.length > 0 || flow || flows.length > 0) && (
        <div className="row wrap evidence">
          {evidence.slice(0, all ? undefined : CHIPS).map(({ packet, role }) => (
            <button
              key={`${packet} ${role}`}
              type="button"
              className="evidence-chip"
              title={t('report.packet_role', { packet: formatCount(packet), role })}
              onClick={() => onPacket(finding, packet)}
            >
              {t('report.packet', { packet: formatCount(packet) })}
            </button>
          ))}
          {about.slice(0, all ? undefined : FLOWS).map(each => (
            <button
              key={each.stream}
              type="button"
              className="evidence-chip mono"
              title={`${flowEnd(each.a)} → ${flowEnd(each.b)}`}
              onClick={() => each.stream !== null && onFlow(each.stream)}
            >
              <Workflow size={12} aria-hidden /> {each.program ? `${each.program} ` : ''}
              {/* Those of a roll-up have the server in common: the other end tells them apart. */}
              {rollup ? flowEnd(each.a) : `→ ${flowEnd(each.b)}`}
            </button>
          ))}
          {more > 0 && !all && (
            <button type="button" className="evidence-chip" onClick={() => setAll(true)}>
              {t('report.more', { count: more })}
            </button>
          )}
        </div>
      )}
      {advice.length > 0 && (
        <div className="advice">
          <h3 className="small muted">{t('report.advice')}</h3>
          {advice.map(line => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
      <dl className="facts">
        <dt>{t('report.confidence')}</dt>
        <dd>{t(`report.confidence_${confidence}`)}</dd>
        {caveats.length > 0 && (
          <>
            <dt>{t('report.caveats')}</dt>
            <dd>{caveats.join(t('word.sentence_gap'))}</dd>
          </>
        )}
        {first_ts !== null && last_ts !== null && (
          <>
            <dt>{t('report.when')}</dt>
            <dd>
              {time(first_ts)}
              {last_ts !== first_ts && <> – {time(last_ts)}</>}
            </dd>
          </>
        )}
        {consequences.length > 0 && (
          <>
            <dt>{t('report.explains')}</dt>
            <dd className="mono">{consequences.join(', ')}</dd>
          </>
        )}
        <dt>{t('report.rule')}</dt>
        <dd className="mono">{id}</dd>
        {references.length > 0 && (
          <>
            <dt>{t('report.reference')}</dt>
            <dd>{references.join(', ')}</dd>
          </>
        )}
      </dl>
      {Object.keys(metrics).length > 0 && (
        <details className="measured">
          <summary>{t('report.measured')}</summary>
          <dl className="facts">
            {Object.entries(metrics).map(([name, value]) => (
              <FactPair key={name} name={name} value={metricWords(value)} />
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}

function FactPair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="mono">{name}</dt>
      <dd className="mono">{value}</dd>
    </>
  );
}

function NotJudged({ rules }: { rules: CaptureAnalysisResult['rules']['not_run'] }) {
  const t = useText();
  if (rules.length === 0) return null;
  return (
    <details className="not-judged">
      <summary>{t('report.not_judged', counted(rules.length))}</summary>
      <ul>
        {rules.map(({ id, reason }) => (
          <li key={id}>
            <span className="mono">{id}</span> <span className="muted">{reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ProblemsProps {
  analysis: CaptureAnalysisResult | null;
  /** Why there is none where no packet came. */
  nothing: { filter: string; iface: string } | null;
  selected: string;
  onSelect: (key: string) => void;
  onPacket: (finding: Finding, packet: number) => void;
  onFlow: (stream: number) => void;
}

/** Every problem, worst first; the chosen one in full below its line. */
export function Problems({ analysis, nothing, selected, onSelect, onPacket, onFlow }: ProblemsProps) {
  const t = useText();
  const listId = useId();
  const byKey = useMemo(() => new Map((analysis?.problems_detected ?? []).map(each => [findingKey(each), each])), [analysis]);
  const keys = useMemo(() => [...byKey.keys()], [byKey]);
  const { order: held, waiting, thaw, handlers } = useFrozenOrder(keys, '');
  const order = held.filter(key => byKey.has(key));
  const open = order.includes(selected) ? selected : '';

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = order.indexOf(open);
    const next =
      event.key === 'Home'
        ? order[0]
        : event.key === 'End'
          ? order.at(-1)
          : step && order[Math.max(0, Math.min(order.length - 1, at + step))];
    if (next === undefined || next === 0) return;
    event.preventDefault();
    onSelect(next);
    document.getElementById(`${listId}${next}`)?.scrollIntoView({ block: 'nearest' });
  }
  const lost = analysis
    ? analysis.capture.dropped_by_kernel === null
      ? t('report.lost_not_known')
      : t(
          analysis.capture.dropped_by_kernel + (analysis.capture.dropped_by_interface ?? 0) > 0
            ? 'report.something_lost'
            : 'report.nothing_lost',
        )
    : '';
  const finding = byKey.get(open);
  return (
    <Panel
      title={t('report.problems')}
      about={t('report.by_severity')}
      end={
        <>
          {waiting > 0 && (
            <button type="button" className="tag" onClick={thaw}>
              <Pause size={12} aria-hidden /> {t('report.waiting_changes')}
            </button>
          )}
          {finding && <CopyButton text={JSON.stringify(finding, null, 2)} />}
        </>
      }
      className="problems"
    >
      {analysis === null ? (
        <Skeleton rows={6} />
      ) : (
        <div className="problem-parts grow">
          {order.length === 0 ? (
            analysis.total_packets === 0 ? (
              <Note icon={PackageOpen} title={t('report.no_packets')}>
                <p>{analysis.capture.damage ?? (nothing && t('report.no_packets_why', nothing))}</p>
              </Note>
            ) : (
              <Note icon={CircleCheck} tone="good" title={t('report.no_problem')}>
                <p>{t('report.no_problem_why', { count: analysis.rules.clear, not_run: analysis.rules.not_run.length, lost })}</p>
              </Note>
            )
          ) : (
            <div
              role="listbox"
              aria-label={t('report.problems')}
              aria-activedescendant={open === '' ? undefined : `${listId}${open}`}
              tabIndex={0}
              className="problem-list"
              onKeyDown={onKeyDown}
              {...handlers}
              onKeyDownCapture={handlers.onKeyDownCapture}
            >
              {order.map(key => {
                const each = byKey.get(key);
                return (
                  each && (
                    <div
                      key={key}
                      id={`${listId}${key}`}
                      role="option"
                      aria-selected={key === open}
                      className="problem"
                      onClick={() => onSelect(key)}
                    >
                      <FindingIcon severity={each.severity} />
                      <span className="grow">
                        <b>{each.title}</b>
                        <span className="t2 small two-lines">{each.summary}</span>
                      </span>
                      <span className="t2">{formatCount(each.count)}</span>
                    </div>
                  )
                );
              })}
            </div>
          )}
          <div className="scroll problem-detail">
            {finding && <FindingBody key={open} finding={finding} onPacket={onPacket} onFlow={onFlow} />}
            <NotJudged rules={analysis.rules.not_run} />
          </div>
        </div>
      )}
    </Panel>
  );
}

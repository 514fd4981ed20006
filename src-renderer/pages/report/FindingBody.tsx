import type { Finding } from '@shared/model/finding';
import { formatClock, formatCount, formatIso } from '@shared/units';
import { Workflow } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n';
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

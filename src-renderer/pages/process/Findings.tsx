import type { PatternAnalysis } from '@shared/model/patterns';
import { formatCount } from '@shared/units';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { Failure, Note, Panel, Skeleton } from '../../components/Panel';
import { SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useTool } from '../../store/use-tool';

const LOOK_BACK_S = 900;
const SEVERITIES = { info: 'notice', warning: 'warning', critical: 'critical' } as const;

/** What stands out in the attempts of a process, with the rule and the numbers it was found by. */
export function Findings({ pid }: { pid: number }) {
  const t = useText();
  const [again, setAgain] = useState(0);
  const analysis = useTool<PatternAnalysis>('analyze_patterns', { pid, duration: LOOK_BACK_S }, { again });
  return (
    <Panel
      title={t('process.findings')}
      about={t('process.findings_about', { minutes: LOOK_BACK_S / 60 })}
      end={
        <button type="button" className="button compact" onClick={() => setAgain(before => before + 1)}>
          {t('action.retry')}
        </button>
      }
    >
      {analysis.state === 'failed' ? (
        <Failure failure={analysis.failure} onRetry={() => setAgain(before => before + 1)} />
      ) : analysis.data === null ? (
        <Skeleton rows={3} />
      ) : analysis.data.findings.length === 0 ? (
        <Note icon={CircleCheck} tone="good" title={t('process.findings_none')}>
          <p>{t('process.findings_none_why', { count: formatCount(analysis.data.count) })}</p>
        </Note>
      ) : (
        <ul className="findings">
          {analysis.data.findings.map(({ rule, severity, summary, threshold, evidence }) => (
            <li key={`${rule} ${summary}`}>
              <SeverityIcon severity={SEVERITIES[severity]} />
              <div>
                <p>{summary}</p>
                <p className="muted small">{t('process.threshold', { threshold })}</p>
                <details>
                  <summary className="small">{t('events.details')}</summary>
                  <ul className="small">
                    {evidence.map(line => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                </details>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

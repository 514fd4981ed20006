import type { CaptureAnalysisResult } from '@shared/model/capture';
import type { Finding } from '@shared/model/finding';
import { formatCount } from '@shared/units';
import { CircleCheck, PackageOpen, Pause } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo } from 'react';
import { useParam } from '../../app/router';
import { CopyButton } from '../../components/CopyButton';
import { Note, Panel, Skeleton } from '../../components/Panel';
import { useFrozenOrder } from '../../components/use-frozen-order';
import { counted, useText } from '../../i18n';
import { FindingBody, findingKey } from './FindingBody';
import { FindingIcon } from './FindingIcon';

/** So many are looked through at a glance; of more, one kind can be chosen. */
const GLANCE = 8;

/** Every rule that found something, in the order of its worst finding. */
function kindsOf(findings: readonly Finding[]): Map<string, { title: string; count: number }> {
  const kinds = new Map<string, { title: string; count: number }>();
  for (const { id, title } of findings) kinds.set(id, { title, count: (kinds.get(id)?.count ?? 0) + 1 });
  return kinds;
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
  live: boolean;
  /** Why there is none where no packet came. */
  nothing: { filter: string; iface: string } | null;
  selected: string;
  onSelect: (key: string) => void;
  onPacket: (finding: Finding, packet: number) => void;
  onFlow: (stream: number) => void;
}

/** Every problem, worst first; the chosen one in full below its line. */
export function Problems({ analysis, live, nothing, selected, onSelect, onPacket, onFlow }: ProblemsProps) {
  const t = useText();
  const listId = useId();
  const [kind, setKind] = useParam('kind', '');
  const kinds = useMemo(() => kindsOf(analysis?.problems_detected ?? []), [analysis]);
  const byKey = useMemo(() => {
    const all = analysis?.problems_detected ?? [];
    const wanted = kinds.has(kind) ? all.filter(({ id }) => id === kind) : all;
    return new Map(wanted.map(each => [findingKey(each), each]));
  }, [analysis, kinds, kind]);
  const keys = useMemo(() => [...byKey.keys()], [byKey]);
  const { order: held, waiting, thaw, handlers } = useFrozenOrder(keys, kind);
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
      about={
        byKey.size > GLANCE || kinds.has(kind) ? (
          <select
            className="select compact"
            aria-label={t('report.kind')}
            value={kinds.has(kind) ? kind : ''}
            onChange={event => {
              const chosen = event.target.value;
              setKind(chosen, { replace: true });
              const first = analysis?.problems_detected.find(({ id }) => chosen === '' || id === chosen);
              if (first) onSelect(findingKey(first));
            }}
          >
            <option value="">{t('report.every_kind', { count: formatCount(analysis?.problems_detected.length ?? 0) })}</option>
            {[...kinds].map(([id, { title, count }]) => (
              <option key={id} value={id}>
                {t('report.of_kind', { title, count: formatCount(count) })}
              </option>
            ))}
          </select>
        ) : (
          t('report.by_severity')
        )
      }
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
              <Note icon={PackageOpen} title={t(live ? 'report.no_packets_yet' : 'report.no_packets')}>
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

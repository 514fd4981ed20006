import type { PacketLine } from '@shared/model/capture';
import { formatCount, groupDigits } from '@shared/units';
import { ListTree } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Failure, Note, Panel, Skeleton } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { useText } from '../../i18n';
import type { ToolFailure } from '../../store/use-tool';
import { ladderSteps, PAUSE_MS, type Step, troubleOf } from './ladder-steps';
import { stepLabel, stepNotes, timeWords } from './report-words';

/** Arrows drawn at once; the others by a button. */
const CUT = 500;

export interface FlowEnds {
  a: string;
  b: string;
  /** At the end that is this machine, where it is known. */
  program: string | null;
}

interface LadderProps {
  ends: FlowEnds | null;
  packets: { rows: readonly PacketLine[]; total: number; note: string | null; state: string; failure: ToolFailure | null };
  /** Packets that show a problem. */
  evidence: ReadonlySet<number>;
  packet: number | null;
  onPacket: (packet: number | null) => void;
}

const NO_PACKETS: ReadonlySet<number> = new Set();

interface ArrowProps {
  step: Step;
  marked: boolean;
  selected: boolean;
  id: string;
}

/** Drawn once: of thousands, a step to the next one changes two. Clicks are the list's. */
const Arrow = memo(function Arrow({ step, marked, selected, id }: ArrowProps) {
  const t = useText();
  const trouble = troubleOf(step);
  const notes = stepNotes(t, step.notes);
  const label = stepLabel(t, step);
  const window = step.notes.includes('zero_window') || (step.kind !== 'flags' && trouble !== 'critical') ? null : step.window;
  const said = t('report.step', {
    time: timeWords(step.time_ms),
    direction: step.from === 'a' ? 'a → b' : 'b → a',
    text: [label, notes].filter(Boolean).join(', '),
  });
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-label={`${said}, ${t('report.packet', { packet: step.packet })}`}
      title={step.lines.length === 1 ? step.lines[0]?.text : said}
      className={`step ${trouble ?? ''} ${marked ? 'marked' : ''}`}
      data-packet={step.packet}
    >
      <span className="at">{timeWords(step.time_ms)}</span>
      <span className={`lane from-${step.from}`}>
        <span className="says">
          <span className={trouble ?? ''}>{label}</span>{' '}
          <span className={trouble ?? 'muted'}>
            {[notes, window === null ? '' : `win ${groupDigits(window)}`].filter(Boolean).join(' · ')}
          </span>
        </span>
        <svg className="arrow" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
          <line x1="0" y1={step.from === 'a' ? 1 : 7} x2="100" y2={step.from === 'a' ? 7 : 1} vectorEffect="non-scaling-stroke" />
        </svg>
        <i className="tip" aria-hidden />
      </span>
      <span className="number">{groupDigits(step.packet)}</span>
    </div>
  );
});

/** A flow as it was said: both ends as columns, time downwards. */
export function Ladder({ ends, packets, evidence, packet, onPacket }: LadderProps) {
  const t = useText();
  const id = useId();
  const [mode, setMode] = useState<'fold' | 'all'>('fold');
  const [shown, setShown] = useState(CUT);
  const list = useRef<HTMLDivElement>(null);
  const { rows, total, note, state, failure } = packets;
  const keep = useMemo(
    () => (mode === 'all' ? NO_PACKETS : packet === null ? evidence : new Set([...evidence, packet])),
    [mode, evidence, packet],
  );
  const steps = useMemo(() => ladderSteps(rows, mode === 'fold', keep), [rows, mode, keep]);
  const at =
    packet === null
      ? -1
      : steps.findIndex(step => packet >= step.packet && packet <= step.last && step.lines.some(line => line.packet === packet));
  // A packet that was asked for is shown, however far down it stands.
  const cut = Math.max(shown, at + 20);
  const chosen = steps[at];
  useEffect(() => {
    if (packet === null || at < 0) return;
    list.current?.querySelector(`[data-packet="${steps[at]?.packet}"]`)?.scrollIntoView({ block: 'nearest' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only when another packet is chosen or its flow has come
  }, [packet, at >= 0]);

  function onKeyDown(event: KeyboardEvent): void {
    const last = Math.min(steps.length, cut) - 1;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 10,
      PageUp: at - 10,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (event.key === 'c' && chosen && !event.ctrlKey && !event.metaKey)
      void navigator.clipboard.writeText(chosen.lines.map(line => `${line.packet} ${line.text}`).join('\n'));
    if (event.key === 'Escape' && packet !== null) onPacket(null);
    if (to === undefined) return;
    event.preventDefault();
    const next = steps[Math.max(0, Math.min(last, to))];
    if (next) onPacket(next.packet);
  }

  function onClick({ target }: MouseEvent): void {
    const asked = target instanceof Element ? target.closest<HTMLElement>('[data-packet]')?.dataset['packet'] : undefined;
    if (asked !== undefined) onPacket(Number(asked) === chosen?.packet ? null : Number(asked));
  }

  const drawn = Math.min(steps.length, cut);
  const covered = steps.slice(0, drawn).reduce((sum, step) => sum + step.lines.length, 0);
  return (
    <Panel
      title={t('report.ladder')}
      about={
        ends && rows.length > 0
          ? t(mode === 'fold' ? 'report.ladder_folded' : 'report.ladder_about', {
              shown: formatCount(mode === 'fold' ? drawn : covered),
              total: formatCount(total),
            })
          : undefined
      }
      end={
        ends && (
          <Segment
            compact
            label={t('report.ladder')}
            value={mode}
            onChange={setMode}
            options={[
              { value: 'fold', label: t('report.ladder_fold') },
              { value: 'all', label: t('report.ladder_all') },
            ]}
          />
        )
      }
      className="ladder-panel"
    >
      {ends === null ? (
        <Note icon={ListTree} title={t('report.ladder_none')}>
          <p>{t('report.ladder_none_why')}</p>
        </Note>
      ) : failure ? (
        <Failure failure={failure} />
      ) : state === 'loading' && rows.length === 0 ? (
        <Skeleton rows={8} />
      ) : rows.length === 0 ? (
        <Note icon={ListTree} title={t('report.ladder_empty')}>
          {note && <p>{note}</p>}
        </Note>
      ) : (
        <>
          <div className="ladder-ends mono">
            <span className="ellipsis" title={ends.a}>
              a&nbsp;&nbsp;{ends.a}
            </span>
            <span className="ellipsis" title={ends.b}>
              b&nbsp;&nbsp;{ends.b}
            </span>
          </div>
          <div
            ref={list}
            role="listbox"
            aria-label={t('report.ladder')}
            aria-activedescendant={chosen ? `${id}${chosen.packet}` : undefined}
            tabIndex={0}
            className="ladder scroll grow"
            onKeyDown={onKeyDown}
            onClick={onClick}
          >
            {steps.slice(0, drawn).map(step => [
              step.pause_ms >= PAUSE_MS && (
                <div key={`pause-${step.packet}`} className="pause" role="presentation">
                  {t('report.ladder_pause', { time: timeWords(step.pause_ms) })}
                </div>
              ),
              <Arrow
                key={step.packet}
                id={`${id}${step.packet}`}
                step={step}
                marked={step.lines.some(line => evidence.has(line.packet))}
                selected={step === chosen}
              />,
            ])}
          </div>
          {(steps.length > drawn || note !== null || rows.length < total) && (
            <footer className="row wrap">
              {steps.length > drawn && (
                <button type="button" className="button compact" onClick={() => setShown(drawn + CUT)}>
                  {t('report.ladder_more', { count: formatCount(Math.min(CUT, steps.length - drawn)) })}
                </button>
              )}
              {rows.length < total && <span>{t('report.ladder_capped', { count: formatCount(rows.length) })}</span>}
              {note !== null && <span>{note}</span>}
            </footer>
          )}
          {chosen && (
            <footer className="row packet-line">
              <code className="grow ellipsis" title={chosen.lines[0]?.text}>
                {chosen.lines.length === 1
                  ? `${chosen.packet}  ${chosen.lines[0]?.text ?? ''}`
                  : `${chosen.packet}–${chosen.last}  ${stepLabel(t, chosen)}`}
              </code>
              <CopyButton text={chosen.lines.map(line => `${line.packet} ${line.text}`).join('\n')} />
            </footer>
          )}
        </>
      )}
    </Panel>
  );
}

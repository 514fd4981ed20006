import type { LiveEvent } from '@shared/model/event';
import { formatClock, formatCount, formatIso, formatMilliseconds } from '@shared/units';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { KindMark } from '../../components/EventKind';
import { closeReasonWords, endWords, explain, resultWords, tookWords } from '../../components/event-words';
import { ProgramLink } from '../../components/Program';
import { Bytes } from '../../components/Quantity';
import { useLanguage, useText } from '../../i18n';
import { processHref } from '../../store/process-traffic';

const SHOWN = 8;

/** A line of facts; what a kind has not is left out. */
function Fact({ name, mono, children }: { name: string; mono?: boolean; children: ReactNode }) {
  if (children === null || children === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : undefined}>{children}</dd>
    </>
  );
}

function EventFacts({ event }: { event: LiveEvent }) {
  const t = useText();
  const [local, foreign] = [
    endWords(event.local_ip, event.local_port, false),
    endWords(event.foreign_ip, event.foreign_port, false),
  ];
  return (
    <dl className="facts">
      <Fact name={t('events.time')} mono>
        {formatIso(event.at_ms)}
      </Fact>
      <Fact name={t('events.result')}>
        {event.kind === 'drop' || event.error !== null ? <span className="mono">{resultWords(t, event)}</span> : null}
      </Fact>
      <Fact name={t('column.protocol')}>{[event.protocol, event.family].filter(Boolean).join(' · ')}</Fact>
      <Fact name={t('column.local')} mono>
        {local}
      </Fact>
      <Fact name={t('column.remote')} mono>
        {foreign}
      </Fact>
      <Fact name={t('events.direction')}>{event.direction && t(`events.${event.direction}`)}</Fact>
      <Fact name={t('traffic.interface')}>{event.interface}</Fact>
      <Fact name={t('column.process')}>
        {event.program === '-' ? (
          <span className="muted">{t('details.no_process')}</span>
        ) : (
          <ProgramLink name={event.program} pid={event.pid} />
        )}
      </Fact>
      <Fact name={t('column.user')}>{event.user}</Fact>
      <Fact name={t('column.container')}>{event.container}</Fact>
      <Fact name={t('column.attribution')}>
        {t(`attribution.${event.attribution}`)} <span className="muted small">{t(`attribution_hint.${event.attribution}`)}</span>
      </Fact>
      <Fact name={t('events.took')}>{event.latency_ms === null ? null : formatMilliseconds(event.latency_ms)}</Fact>
      <Fact name={t('events.lasted')}>{event.duration_ms === null ? null : formatMilliseconds(event.duration_ms)}</Fact>
      <Fact name={t('details.bytes')}>
        {event.bytes_received === null && event.bytes_sent === null ? null : (
          <>
            <Bytes bytes={event.bytes_received} /> {t('word.in')}, <Bytes bytes={event.bytes_sent} /> {t('word.out')}
          </>
        )}
      </Fact>
      <Fact name={t('column.state')}>{event.close_reason && closeReasonWords(t, event.close_reason)}</Fact>
      <Fact name="RTT">{event.rtt_ms === null ? null : formatMilliseconds(event.rtt_ms)}</Fact>
      <Fact name={t('details.sent_again')}>{event.retransmits === null ? null : formatCount(event.retransmits)}</Fact>
      <Fact name={t('events.length')}>{event.length === null ? null : <Bytes bytes={event.length} />}</Fact>
      <Fact name={t('events.location')}>
        {event.kind === 'drop' ? (
          event.location === null ? (
            <span className="muted">{t('events.hidden_location')}</span>
          ) : (
            <span className="mono">{event.location}</span>
          )
        ) : null}
      </Fact>
      <Fact name={t('events.namespace')}>{event.netns === null ? null : <span className="mono">{event.netns}</span>}</Fact>
    </dl>
  );
}

interface EventDetailsProps {
  event: LiveEvent;
  /** Others of the same socket, oldest first. */
  related: readonly LiveEvent[];
  onSelect: (id: number) => void;
  onClose: () => void;
}

/** One event in plain words, with all that the kernel told of it. Esc closes and gives the focus back to the list. */
export function EventDetails({ event, related, onSelect, onClose }: EventDetailsProps) {
  const t = useText();
  const language = useLanguage();
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const onKey = (key: KeyboardEvent): void => {
      if (key.key !== 'Escape' || key.target instanceof HTMLInputElement || document.querySelector('dialog[open], [role=menu]'))
        return;
      close.current();
      document.querySelector<HTMLElement>('.with-details .data-grid')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { text, advice } = explain(t, event, language);
  return (
    <aside className="panel details" aria-label={t('details.of', { name: t(`kind.${event.kind}`) })}>
      <header>
        <h2>
          <KindMark kind={event.kind} />
        </h2>
        <span className="end">
          <CopyButton text={JSON.stringify(event, null, 2)} />
          <button type="button" className="button quiet icon" aria-label={t('action.close')} onClick={onClose}>
            <X size={16} aria-hidden />
          </button>
        </span>
      </header>
      <div className="body scroll col">
        <p>{text}</p>
        {advice && (
          <div className="advice">
            <h3 className="small muted">{t('events.advice')}</h3>
            <p>{advice}</p>
          </div>
        )}
        <EventFacts event={event} />
        {event.pid !== null && (
          <div className="row wrap details-actions">
            <a className="button compact" href={processHref(event.pid)}>
              {t('process.title', { pid: event.pid })}
            </a>
            <a className="button compact" href={`#/events?filter=pid:${event.pid}`}>
              {t('events.only_process')}
            </a>
          </div>
        )}
        {related.length > 1 && (
          <div>
            <h3 className="small muted">{t('events.of_socket')}</h3>
            <ul>
              {related.slice(-SHOWN).map(other => (
                <li key={other.id}>
                  <button
                    type="button"
                    className="related"
                    aria-pressed={other.id === event.id}
                    onClick={() => onSelect(other.id)}
                  >
                    <span className="mono muted">{formatClock(other.at_ms, true)}</span>
                    <KindMark kind={other.kind} />
                    <span className="t2">{tookWords(other)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </aside>
  );
}

import { EVENT_KINDS, type EventKind } from '@shared/model/event-kinds';
import { formatCount } from '@shared/units';
import { KIND_LOOKS } from '../../components/EventKind';
import { useText } from '../../i18n';

/** One switch a kind with its count in the window; they are also what the colours of the chart mean. */
export function KindToggles({
  hidden,
  counts,
  onChange,
}: {
  hidden: ReadonlySet<EventKind>;
  counts: ReadonlyMap<string, number>;
  onChange: (hidden: ReadonlySet<EventKind>) => void;
}) {
  const t = useText();
  return (
    <div className="kinds" role="group" aria-label={t('events.kinds')}>
      {EVENT_KINDS.map(kind => {
        const { icon: Icon, colour } = KIND_LOOKS[kind];
        const count = counts.get(kind) ?? 0;
        return (
          <button
            key={kind}
            type="button"
            className="kind"
            aria-pressed={!hidden.has(kind)}
            title={t(`kind_hint.${kind}`)}
            onClick={() => {
              const next = new Set(hidden);
              if (!next.delete(kind)) next.add(kind);
              onChange(next);
            }}
          >
            <span className="swatch" style={{ background: colour }} aria-hidden />
            <Icon size={14} aria-hidden />
            {t(`kind.${kind}`)} <b className={count === 0 ? 'zero' : undefined}>{formatCount(count)}</b>
          </button>
        );
      })}
    </div>
  );
}

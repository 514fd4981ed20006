import { useText } from '../i18n';
import { colourOf } from '../store/colours';

/** A process with its colour; the same on every page. */
export function Program({ name, pid }: { name: string; pid?: number | null }) {
  const t = useText();
  const unknown = name === '-' || name === '';
  return (
    <span className="program">
      <span
        className={unknown ? 'swatch unknown' : 'swatch'}
        style={unknown ? undefined : { background: colourOf(name) }}
        aria-hidden
      />
      <span className={unknown ? 'muted' : undefined}>
        {unknown ? t('word.unknown') : name}
        {pid != null && <span className="muted"> {pid}</span>}
      </span>
    </span>
  );
}

/** Receive above transmit, as shares of the greatest. The numbers beside it are its text. */
export function Duo({ rx, tx, max }: { rx: number; tx: number; max: number }) {
  const width = (value: number): string => (max > 0 ? `${(value / max) * 100}%` : '0');
  return (
    <span className="duo" aria-hidden>
      <b style={{ width: width(rx) }} />
      <b style={{ width: width(tx) }} />
    </span>
  );
}

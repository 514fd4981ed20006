import { useText } from '../i18n';
import { colourOf } from '../store/colours';
import { processHref } from '../store/process-traffic';

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

/** The same as the way to all about it; a process that is not known has no page. */
export function ProgramLink({
  name,
  pid,
  startedMs,
  inGrid,
  hidePid,
}: {
  name: string;
  pid: number | null;
  startedMs?: number | null;
  /** The grid has the focus, not what is in its cells. */
  inGrid?: boolean;
  /** Where the pid stands elsewhere. */
  hidePid?: boolean;
}) {
  if (pid === null) return <Program name={name} />;
  return (
    <a className="plain" href={processHref(pid, startedMs)} tabIndex={inGrid ? -1 : undefined}>
      <Program name={name} pid={hidePid ? null : pid} />
    </a>
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

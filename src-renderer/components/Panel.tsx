import { CircleAlert, Inbox, Lock, type LucideIcon, OctagonX } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useText } from '../i18n';
import type { ToolFailure } from '../store/use-tool';
import { CopyButton } from './CopyButton';

interface PanelProps {
  title: string;
  /** Something else stands in the head; the title is for screen readers. */
  titleHidden?: boolean;
  about?: ReactNode;
  end?: ReactNode;
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Panel({ title, titleHidden, about, end, footer, className, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className ?? ''}`} aria-labelledby={id}>
      <header>
        <h2 id={id} className={titleHidden ? 'visually-hidden' : undefined}>
          {title}
        </h2>
        {about !== undefined && <div className="about">{about}</div>}
        {end !== undefined && <span className="end">{end}</span>}
      </header>
      {children}
      {footer !== undefined && <footer>{footer}</footer>}
    </section>
  );
}

/** Bars where rows will be, from the first moment: an empty panel would say that there is nothing. */
export function Skeleton({ rows = 5 }: { rows?: number }) {
  const t = useText();
  const widths = ['22%', '14%', '34%', '16%'];
  return (
    <div className="skeleton" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row}>
          {widths.map((width, column) => (
            <i key={width} style={{ width: `calc(${width} - ${((row * 7 + column * 3) % 5) * 6}px)` }} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** What happened, why, and what to do: the shape of every empty, failed and forbidden panel. */
export function Note({
  icon: Icon = Inbox,
  tone = 'muted',
  title,
  children,
  actions,
}: {
  icon?: LucideIcon;
  tone?: string;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="note">
      <Icon size={16} className={tone} aria-hidden />
      <div>
        <h3>{title}</h3>
        {children}
        {actions && <div className="actions">{actions}</div>}
      </div>
    </div>
  );
}

/** A failed call: its message, its hint, again, and everything to copy into a report. */
export function Failure({ failure, onRetry }: { failure: ToolFailure; onRetry?: () => void }) {
  const t = useText();
  const icon = failure.code === 'permission_denied' ? Lock : failure.code === 'unsupported' ? CircleAlert : OctagonX;
  return (
    <div role="alert">
      <Note
        icon={icon}
        tone={failure.code === 'permission_denied' ? 'muted' : 'critical'}
        title={failure.message}
        actions={
          <>
            {onRetry && (
              <button type="button" className="button" onClick={onRetry}>
                {t('action.retry')}
              </button>
            )}
            <CopyButton label={t('action.copy_details')} text={JSON.stringify(failure, null, 2)} />
          </>
        }
      >
        {failure.hint && <p>{failure.hint}</p>}
        <p className="muted small mono">{failure.code}</p>
      </Note>
    </div>
  );
}

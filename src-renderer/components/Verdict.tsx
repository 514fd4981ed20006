import { CircleCheck, CircleDashed, Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n';

export type Severity = 'good' | 'notice' | 'warning' | 'critical' | 'unknown';
const ICONS = { good: CircleCheck, notice: Info, warning: TriangleAlert, critical: OctagonAlert, unknown: CircleDashed };

export function SeverityIcon({ severity, size = 16 }: { severity: Severity; size?: number }) {
  const t = useText();
  const Icon = ICONS[severity];
  return (
    <Icon size={size} className={severity === 'unknown' ? 'muted' : severity} role="img" aria-label={t(`severity.${severity}`)} />
  );
}

/** The head of a page: its title and, in words, what is going on. */
export function PageHead({
  title,
  severity,
  verdict,
  actions,
}: {
  title: string;
  severity: Severity;
  verdict: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="head">
      <div className="words grow">
        <h1>{title}</h1>
        <p className="verdict" data-testid="verdict">
          <SeverityIcon severity={severity} />
          <span>{verdict}</span>
        </p>
      </div>
      {actions && <div className="actions">{actions}</div>}
    </div>
  );
}

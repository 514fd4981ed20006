import type { FindingSeverity } from '@shared/model/finding';
import { Info } from 'lucide-react';
import { SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';

/** How bad a finding is; what is only good to know has a muted ring. */
export function FindingIcon({ severity }: { severity: FindingSeverity }) {
  const t = useText();
  if (severity !== 'info') return <SeverityIcon severity={severity} />;
  return <Info size={16} className="muted" role="img" aria-label={t('report.info')} />;
}

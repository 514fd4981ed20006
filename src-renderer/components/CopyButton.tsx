import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../i18n';

/** Copies and says so for two seconds. */
export function CopyButton({
  text,
  label,
  primary,
  compact,
}: {
  text: string | (() => Promise<string | null>);
  label?: string;
  primary?: boolean;
  compact?: boolean;
}) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  async function copy(): Promise<void> {
    const value = typeof text === 'string' ? text : await text();
    if (value === null) return;
    await navigator.clipboard.writeText(value);
    setCopied(true);
  }
  const Icon = copied ? Check : Copy;
  const name = label ?? t('action.copy');
  return (
    <button
      type="button"
      className={`button ${primary ? 'primary' : ''} ${compact ? 'compact' : ''} ${label === undefined ? 'quiet icon' : ''}`}
      aria-label={label === undefined ? name : undefined}
      onClick={() => void copy()}
    >
      <Icon size={14} aria-hidden />
      {label !== undefined && <span>{name}</span>}
      <span className="visually-hidden" role="status">
        {copied ? t('action.copied') : ''}
      </span>
    </button>
  );
}

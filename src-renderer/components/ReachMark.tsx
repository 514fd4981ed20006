import { ExternalLink, Lock, Server } from 'lucide-react';
import { useText } from '../i18n';
import type { Reach } from '../store/aggregate';

export const REACH_ICONS = { all: ExternalLink, one: Server, loopback: Lock };

/** From where a listener can be reached: its shape and its word. */
export function ReachMark({ reach }: { reach: Reach }) {
  const t = useText();
  const Icon = REACH_ICONS[reach];
  return (
    <span className="row t2">
      <Icon size={14} className="muted" aria-hidden />
      <span className="ellipsis">{t(`reach.${reach}`)}</span>
    </span>
  );
}

import type { HostSummary } from '@shared/model/host';
import { Circle, CircleCheck, CircleDashed, Info, type LucideIcon, Unplug } from 'lucide-react';
import { useText } from '../i18n';

/** A shape and a colour for each state; the word stands beside it. */
const MARKS: Record<HostSummary['state'], { icon: LucideIcon; tone: string }> = {
  idle: { icon: Circle, tone: 'muted' },
  connecting: { icon: CircleDashed, tone: 'notice' },
  ready: { icon: CircleCheck, tone: 'good' },
  degraded: { icon: Info, tone: 'notice' },
  lost: { icon: Unplug, tone: 'critical' },
};

export function HostStateMark({ state }: { state: HostSummary['state'] }) {
  const { icon: Icon, tone } = MARKS[state];
  return <Icon size={14} className={tone} aria-hidden />;
}

export function HostState({ state }: { state: HostSummary['state'] }) {
  const t = useText();
  return (
    <span className="row nowrap host-state">
      <HostStateMark state={state} />
      {t(`hosts.state_${state}`)}
    </span>
  );
}

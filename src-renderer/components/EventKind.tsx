import type { EventKind } from '@shared/model/event-kinds';
import {
  ArrowDownToLine,
  ArrowRightToLine,
  ArrowUpRight,
  Ban,
  CircleCheck,
  CircleX,
  CornerUpLeft,
  Link2,
  type LucideIcon,
  OctagonX,
  PackageX,
  Unplug,
  Waves,
} from 'lucide-react';
import { useText } from '../i18n';

interface Look {
  icon: LucideIcon;
  tone: string;
  colour: string;
}

/** A shape and a colour for each kind. Colours of severity are for what is one: a connect that failed, a packet that is gone. */
export const KIND_LOOKS: Record<EventKind, Look> = {
  connect: { icon: ArrowUpRight, tone: 't2', colour: 'var(--series-7)' },
  connected: { icon: CircleCheck, tone: 'good', colour: 'var(--series-1)' },
  connect_failed: { icon: CircleX, tone: 'critical', colour: 'var(--critical)' },
  accepted: { icon: ArrowDownToLine, tone: 'good', colour: 'var(--series-5)' },
  closed: { icon: Unplug, tone: 't2', colour: 'var(--series-other)' },
  drop: { icon: PackageX, tone: 'warning', colour: 'var(--warning)' },
  retransmit: { icon: CornerUpLeft, tone: 't2', colour: 'var(--series-4)' },
  reset_sent: { icon: ArrowRightToLine, tone: 't2', colour: 'var(--series-6)' },
  reset_received: { icon: OctagonX, tone: 't2', colour: 'var(--series-2)' },
  udp_flow: { icon: Waves, tone: 't2', colour: 'var(--series-8)' },
  unix_connect: { icon: Link2, tone: 'muted', colour: 'var(--chart-gap)' },
  not_sent: { icon: Ban, tone: 'critical', colour: 'var(--series-3)' },
};

/** From the ground of a chart up: what is in order first, trouble on top. */
export const KIND_ORDER: readonly EventKind[] = [
  'connected',
  'accepted',
  'connect',
  'closed',
  'udp_flow',
  'unix_connect',
  'reset_sent',
  'reset_received',
  'retransmit',
  'not_sent',
  'drop',
  'connect_failed',
];

export function KindMark({ kind }: { kind: EventKind }) {
  const t = useText();
  const { icon: Icon, tone } = KIND_LOOKS[kind];
  return (
    <span className="row nowrap">
      <Icon size={14} className={tone} aria-hidden />
      <span className="ellipsis">{t(`kind.${kind}`)}</span>
    </span>
  );
}

import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Clock } from '../clock';
import type { EventService } from '../events/event-service';
import type { Stop } from '../stream';

/** What a capture waits for. */
export type Trigger = { on: 'refused' } | { on: 'drop'; reason: string | null } | { on: 'rate'; packets_per_second: number };

const RATE_LOOK_MS = 250;

/**
 * Reads `refused`, `drop`, `drop:NO_SOCKET` or `rate>10000`.
 * @throws NetsondeError invalid_argument
 */
export function parseTrigger(value: string): Trigger {
  if (value === 'refused') return { on: 'refused' };
  const drop = /^drop(?::([A-Za-z0-9_]{1,80}))?$/.exec(value);
  if (drop) return { on: 'drop', reason: drop[1]?.toUpperCase() ?? null };
  const rate = /^rate>([0-9]{1,9})$/.exec(value);
  if (rate) return { on: 'rate', packets_per_second: Number(rate[1]) };
  throw new NetsondeError('invalid_argument', text('captures.bad_trigger', { value: JSON.stringify(value.slice(0, 80)) }));
}

/** Calls back once what is waited for happens. Events from before do not count. */
export function watchTrigger(
  trigger: Trigger,
  events: EventService,
  clock: Clock,
  packetRate: () => number,
  onTrigger: () => void,
): Stop {
  if (trigger.on === 'rate') {
    let stopTimer: Stop = () => {};
    const look = (): void => {
      if (packetRate() > trigger.packets_per_second) onTrigger();
      else stopTimer = clock.after(RATE_LOOK_MS, look);
    };
    look();
    return () => stopTimer();
  }
  const isRefused = trigger.on === 'refused';
  return events.live(
    { kinds: isRefused ? ['connect_failed'] : ['drop'], ...(isRefused && { query: 'result:refused' }) },
    ({ snapshot, events: rows }) => {
      if (snapshot) return;
      if (isRefused ? rows.length > 0 : rows.some(({ reason }) => trigger.reason === null || reason === trigger.reason))
        onTrigger();
    },
  );
}

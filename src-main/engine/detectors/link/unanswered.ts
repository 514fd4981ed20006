import type { CaptureFacts } from '../facts';

/** Who asked for the link address behind `target`, by ARP or by neighbour solicitation. */
export interface AddressQuestion {
  asker: string;
  target: string;
  /** Requests in a row without an answer. */
  open: number;
  /** Seconds since the epoch. */
  openSince: number;
  lastTs: number;
}

/** Whether too many requests got no answer for too long, and the target sent nothing else either. */
export function isUnanswered(
  { endTs, lastSent }: Pick<CaptureFacts, 'endTs' | 'lastSent'>,
  { target, open, openSince, lastTs }: AddressQuestion,
  { requests, wait_s }: { requests: number; wait_s: number },
): boolean {
  if (open < requests || endTs - lastTs < 1 || endTs - openSince < wait_s) return false;
  return (lastSent(target) ?? 0) < openSince;
}

/** What a finding of an unanswered question says, whichever protocol asked; `isNear` when the answer would have come by here. */
export function unansweredQuestion(
  { context }: Pick<CaptureFacts, 'context'>,
  { asker, target, open, openSince, lastTs }: AddressQuestion,
  threshold: number,
  isNear: boolean,
) {
  const gateway = context.gateways.includes(target);
  return {
    about: `${asker} ${target}`,
    peer: target,
    source: asker,
    count: open,
    severity: gateway ? ('critical' as const) : ('warning' as const),
    firstTs: openSince,
    lastTs,
    metrics: { asker, target, requests: open, gateway, threshold },
    caveats: isNear ? [] : (['switched'] as const),
  };
}

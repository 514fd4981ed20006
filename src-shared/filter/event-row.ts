import type { LiveEvent } from '../model/event';
import type { FilterRow } from './row-tests';

/** What only events have; docs/filter.md names the fields. */
export interface EventFields {
  kind: string;
  /** ok, an errno, in progress, sent, not sent; null where there is no outcome. */
  result: string | null;
  reason: string | null;
  direction: string | null;
  interface: string | null;
  latency_ms: number | null;
  duration_ms: number | null;
  bytes_sent: number | null;
  bytes_received: number | null;
  /** Of the packet. */
  length: number | null;
  location: string | null;
}

/** An event as the filter language sees it: the peer is the foreign end, whichever way a packet went. */
export function eventFilterRow(event: LiveEvent): FilterRow {
  return {
    ...event,
    protocol: rowProtocol(event.protocol, event.family),
    state: '-',
    recv_queue: null,
    send_queue: null,
    age_s: null,
    result: resultOf(event),
  };
}

/** TCP6 and UDP6 are what the filter knows the family by. */
export function rowProtocol(protocol: string, family: string | null): FilterRow['protocol'] {
  return (family === 'IPv6' && (protocol === 'TCP' || protocol === 'UDP') ? `${protocol}6` : protocol) as FilterRow['protocol']; // others are compared as texts
}

function resultOf({ kind, error }: LiveEvent): string | null {
  switch (kind) {
    case 'connected':
    case 'accepted':
      return 'ok';
    case 'connect':
      return 'in progress';
    case 'connect_failed':
      return error;
    case 'not_sent':
      return error ?? 'not sent';
    case 'udp_flow':
      return 'sent';
    default:
      return null;
  }
}

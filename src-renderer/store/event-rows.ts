import type { KernelEventBatch, LiveEvent } from '@shared/model/event';
import type { Coverage } from '@shared/model/source';

/** Rows for tests: a connect of curl that stood after a millisecond, but for what is said otherwise. */
export function liveEvent(id: number, fields: Partial<LiveEvent> = {}): LiveEvent {
  return {
    id,
    kind: 'connected',
    at_ms: id * 1_000,
    pid: 7,
    program: 'curl',
    user: null,
    attribution: 'exact',
    container: null,
    protocol: 'TCP',
    family: 'IPv4',
    direction: 'outbound',
    local_ip: '192.0.2.10',
    local_port: 40_000,
    foreign_ip: '198.51.100.7',
    foreign_port: 443,
    interface: null,
    netns: null,
    socket: null,
    latency_ms: 1,
    duration_ms: null,
    bytes_sent: null,
    bytes_received: null,
    rtt_ms: null,
    retransmits: null,
    length: null,
    error: null,
    close_reason: null,
    reason: null,
    benign: false,
    location: null,
    ...fields,
  };
}

export function coverage(fields: Partial<Coverage> = {}): Coverage {
  return { since: '2026-01-01T00:00:00Z', seen_total: 0, lost: 0, gaps: [], ...fields };
}

export function batch(events: LiveEvent[], fields: Partial<KernelEventBatch> = {}): KernelEventBatch {
  return { snapshot: false, events, skipped: 0, blind: null, coverage: coverage(), ...fields };
}

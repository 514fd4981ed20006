import { isBenignDrop } from '@shared/drop-reasons/index';
import type { CLOSE_REASONS, LiveEvent } from '@shared/model/event';
import type { KernelNames } from '../../collectors/events/kernel-feed';
import type { NameLookups } from '../../collectors/events/names';
import { errnoName, type KernelEvent, protocolName, readEvent, readLocation } from '../../collectors/events/read-event';
import { UNKNOWN_UID } from '../../collectors/events/write-event';
import type { Clock } from '../clock';
import type { ProcessOrigins } from './process-origins';

type CloseReason = (typeof CLOSE_REASONS)[number];

/** Turns what the kernel wrote into rows for people. */
export interface Describer {
  live(bytes: Buffer, at: number, id: number): LiveEvent;
  /** The kernel's name of a drop reason, without its prefix. */
  reasonName(value: number): string;
  /** Whether a free with that reason is no loss. Cheap: asked of every drop. */
  isBenign(reason: number): boolean;
  /** Of readLocation. */
  location(address: number): string | null;
  /** Before it resolves, locations are not known. */
  loadLocations(): Promise<void>;
  interfaceName(index: number, netns: number): string | null;
  /** From /etc/hosts; DNS is asked only by a click. */
  hostName(ip: string): string | null;
  userName: (uid: number) => string;
  /** True when the kernel hides the names of its functions from this process. */
  readonly locationsHidden: boolean;
}

export interface DescriberParts {
  clock: Clock;
  origins: ProcessOrigins;
  names: NameLookups;
  /** Of the last helper. */
  kernelNames: () => KernelNames | null;
  bootToWallMs: () => number;
  users: () => ReadonlyMap<number, string>;
}

const NAMES_KEPT_MS = 5_000;
/** Sub-systems (mac80211, openvswitch) number their own reasons in the upper half; their names are not in the enum. */
const SUBSYSTEM = 0x10000;

export function createDescriber({ clock, origins, names, kernelNames, bootToWallMs, users }: DescriberParts): Describer {
  const { symbols } = names;
  const interfaces = kept(clock, names.interfaces);
  const hosts = kept(clock, names.hosts);

  const reasonName = (value: number): string =>
    kernelNames()?.dropReasons.get(value) ??
    (value >= SUBSYSTEM ? `SUBSYSTEM_${value >>> 16}_${value & 0xffff}` : value === 0 ? 'UNKNOWN' : `REASON_${value}`);
  // By value: the names change only with the kernel.
  const benign = new Map<number, boolean>();
  const isBenign = (value: number): boolean => {
    const known = benign.get(value);
    if (known !== undefined) return known;
    const answer = isBenignDrop(reasonName(value));
    if (kernelNames()) benign.set(value, answer);
    return answer;
  };
  const interfaceName = (index: number, netns: number): string | null =>
    index > 0 && netns === kernelNames()?.netns ? (interfaces().get(index) ?? null) : null;
  const userName = (uid: number): string => users().get(uid) ?? String(uid);

  return {
    reasonName,
    isBenign,
    location: address => symbols.name(address),
    loadLocations: () => symbols.load(),
    interfaceName,
    hostName: ip => hosts().get(ip) ?? null,
    userName,
    get locationsHidden() {
      return symbols.hidden;
    },
    live(bytes, at, id) {
      const event = readEvent(bytes, at);
      const isDrop = event.kind === 'drop';
      const reason = isDrop ? reasonName(event.reason) : null;
      // A drop tells the packet's source first; ours is the other end of one that came in.
      const swapped = isDrop && event.direction === 'inbound';
      const closed = event.kind === 'closed';
      return {
        id,
        kind: event.kind === 'none' ? 'drop' : event.kind,
        at_ms: event.at_ms + bootToWallMs(),
        ...processOf(event, userName),
        container: event.pid === 0 ? null : (origins.get(event.pid, event.process_started_ns)?.container ?? null),
        protocol: protocolName(event),
        family: familyName(event.family),
        direction: event.direction === 'unknown' ? null : event.direction,
        local_ip: swapped ? event.remote : event.local,
        local_port: portOf(swapped ? event.remote_port : event.local_port),
        foreign_ip: swapped ? event.local : event.remote,
        foreign_port: portOf(swapped ? event.local_port : event.remote_port),
        interface: interfaceName(event.ifindex, event.netns),
        netns: event.netns || null,
        socket: event.cookie === 0 ? null : String(event.cookie),
        latency_ms:
          event.kind === 'connected' || event.kind === 'connect_failed' || event.kind === 'not_sent'
            ? orNull(event.latency_ms)
            : null,
        duration_ms: closed ? orNull(event.duration_ms) : null,
        bytes_sent: closed ? event.bytes_sent : null,
        bytes_received: closed ? event.bytes_received : null,
        rtt_ms: closed || event.kind === 'retransmit' ? orNull(event.srtt_us / 1_000) : null,
        retransmits: closed || event.kind === 'retransmit' || event.kind === 'connect_failed' ? event.retransmits : null,
        length: isDrop || event.kind === 'retransmit' ? event.length : null,
        error: event.kind === 'connect_failed' ? failureOf(event).error : errnoName(event.error),
        close_reason: closed ? closeReason(event) : null,
        reason,
        benign: isDrop && isBenign(event.reason),
        location: isDrop ? symbols.name(readLocation(bytes, at)) : null,
      };
    },
  };
}

export const orNull = (value: number): number | null => (value === 0 ? null : value);
const portOf = (port: number): number | null => (port === 0 ? null : port);

export function familyName(family: number): LiveEvent['family'] {
  return family === 2 ? 'IPv4' : family === 10 ? 'IPv6' : family === 1 ? 'UNIX' : null;
}

/** Whose it was, as the kernel says it at that moment. */
export function processOf(
  event: KernelEvent,
  userName: (uid: number) => string,
): Pick<LiveEvent, 'pid' | 'program' | 'user' | 'attribution'> {
  if (event.pid === 0) return { pid: null, program: '-', user: null, attribution: 'none' };
  const user = event.uid === UNKNOWN_UID ? null : userName(event.uid);
  return { pid: event.pid, program: event.comm || '-', user, attribution: event.attribution };
}

/**
 * Why a connect ended without a connection. Without an errno the process closed the socket before there was an answer:
 * after a SYN was sent again in vain it gave up on a peer that does not answer, before that it changed its mind.
 */
export function failureOf(event: Pick<KernelEvent, 'error' | 'retransmits'>): {
  error: string;
  reason: CloseReason;
} {
  const name = errnoName(event.error);
  if (name !== null)
    return { error: name, reason: name === 'ETIMEDOUT' ? 'timed out' : name === 'ECONNREFUSED' ? 'reset by the peer' : 'failed' };
  return { error: event.retransmits > 0 ? 'ETIMEDOUT' : 'ECANCELED', reason: 'given up by the process' };
}

/** States of Linux's net/tcp_states.h. */
const ESTABLISHED = 1;
const CLOSE_WAIT = 8;
const LAST_ACK = 9;

/**
 * Who ended a connection. The kernel leaves the errno of a reset or a time-out behind; without one, the state it was in tells
 * who sent the first FIN. Straight from ESTABLISHED or CLOSE_WAIT only a reset of ours leads to CLOSE: close() with unread
 * data or without linger.
 */
export function closeReason({ error, old_state }: Pick<KernelEvent, 'error' | 'old_state'>): CloseReason | null {
  const name = errnoName(error);
  if (name === 'ETIMEDOUT') return 'timed out';
  if (name === 'ECONNRESET' || name === 'EPIPE') return 'reset by the peer';
  if (name === 'ECONNABORTED') return 'reset by us';
  if (name !== null) return 'failed';
  if (old_state === 0) return null; // nobody saw
  if (old_state === ESTABLISHED || old_state === CLOSE_WAIT) return 'reset by us';
  return old_state === LAST_ACK ? 'closed by the peer' : 'closed by us';
}

/** Reads a small table again when it is older than five seconds. */
function kept<Value>(clock: Clock, read: () => Value): () => Value {
  let last: { atMs: number; value: Value } | undefined;
  return () => {
    if (!last || clock.monotonicMs() - last.atMs > NAMES_KEPT_MS) last = { atMs: clock.monotonicMs(), value: read() };
    return last.value;
  };
}

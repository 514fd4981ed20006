import { parseAddress } from '@shared/address';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import { runAttached } from './attached';
import type { HelperPlace } from './find-helper';
import { COMMAND, REPLY } from './frames';
import { AF_INET, AF_INET6, readAddress, readU64 } from './records';

/** By their number in enum probe_outcome of resources/bpf/helper/frames.h. */
export const PROBE_OUTCOMES = [
  /** Nothing came within the time. */
  'timeout',
  /** The target's echo reply, or a datagram of it. */
  'reply',
  /** A router's: the TTL ended there. */
  'time_exceeded',
  /** ICMP says so; `icmp_code` says what cannot be reached (a closed UDP port is one). */
  'unreachable',
  /** The packet does not fit into the link behind `address`; `mtu` would. */
  'too_big',
  /** TCP: SYN/ACK. */
  'open',
  /** TCP: RST. */
  'refused',
  /** It did not leave this machine: `errno`. */
  'not_sent',
  'other_error',
] as const;
export type ProbeOutcome = (typeof PROBE_OUTCOMES)[number];

const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17 } as const;

export interface ProbeOptions {
  /** IPv4 or IPv6, as a number: names are not looked up here. */
  address: string;
  /** Index of the interface, for a link-local IPv6 address. */
  scope_id?: number;
  protocol: keyof typeof PROTOCOLS;
  /** With UDP and TCP. */
  port?: number;
  /** 1 to 30; the same for a single one. */
  first_ttl: number;
  last_ttl: number;
  /** Probes of each TTL, one round after the other; 192 in all. */
  count?: number;
  /** Bytes of the IP packet, up to 9,000; a SYN of TCP has its own size. */
  size?: number;
  dont_fragment?: boolean;
  /** For each probe. 64 at most wait at a time; what could take longer than 10 s in all is refused. */
  timeout_ms: number;
  /** Between two probes: routers answer only so many a second. */
  interval_ms?: number;
  onProbe?: (probe: Probe) => void;
  signal?: AbortSignal | undefined;
}

/** What became of one packet. */
export interface Probe {
  /** Order of sending, from 0. */
  number: number;
  ttl: number;
  outcome: ProbeOutcome;
  /** When it was sent, ms since 1970. */
  at_ms: number;
  /** null: no answer, or TCP had sent its SYN again and it is not known which was answered. */
  rtt_ns: number | null;
  /** Who answered; null: nobody. */
  address: string | null;
  mtu: number | null;
  errno: number | null;
  icmp: { type: number; code: number } | null;
}

/** struct probe_command and struct probe_record of frames.h */
export const PROBE_COMMAND = {
  family: 0,
  protocol: 1,
  first_ttl: 2,
  last_ttl: 3,
  count: 4,
  dont_fragment: 5,
  port: 6,
  size: 8,
  timeout_ms: 10,
  interval_ms: 12,
  reserved: 14,
  scope_id: 16,
  address: 20,
} as const;
export const PROBE_COMMAND_BYTES = 36;
export const PROBE_RECORD = {
  at_ns: 0,
  rtt_ns: 8,
  mtu: 16,
  error: 20,
  number: 24,
  ttl: 26,
  outcome: 27,
  icmp_type: 28,
  icmp_code: 29,
  reserved: 30,
  address: 32,
} as const;
export const PROBE_RECORD_BYTES = 48;

/**
 * Sends packets to an address and tells what came back, in the order of sending.
 * @throws NetsondeError invalid_argument for what is no address, unsupported with the helper's words for what it refuses,
 *   permission_denied, helper_lost, or the signal's reason
 */
export function probePath(place: HelperPlace, options: ProbeOptions): Promise<Probe[]> {
  const { command, family } = encodeCommand(options);
  const probes: Probe[] = [];
  return runAttached<Probe[]>(place, {
    command: COMMAND.probe,
    payload: command,
    signal: options.signal,
    onFrame({ type, payload }) {
      if (type !== REPLY.probe) throw new RangeError(`The helper sent a frame of the unknown type ${type}.`);
      const probe = readProbe(payload, family);
      probes.push(probe);
      options.onProbe?.(probe);
    },
    result: () => probes.sort((a, b) => a.number - b.number),
  });
}

export function encodeCommand(options: ProbeOptions): { command: Buffer; family: number } {
  const address = parseAddress(options.address);
  if (!address) throw new NetsondeError('invalid_argument', text('error.invalid', { name: 'address' }));
  const family = address.length === 4 ? AF_INET : AF_INET6;
  const command = Buffer.alloc(PROBE_COMMAND_BYTES);
  command.writeUInt8(family, PROBE_COMMAND.family);
  command.writeUInt8(PROTOCOLS[options.protocol], PROBE_COMMAND.protocol);
  command.writeUInt8(options.first_ttl, PROBE_COMMAND.first_ttl);
  command.writeUInt8(options.last_ttl, PROBE_COMMAND.last_ttl);
  command.writeUInt8(options.count ?? 1, PROBE_COMMAND.count);
  command.writeUInt8(options.dont_fragment ? 1 : 0, PROBE_COMMAND.dont_fragment);
  command.writeUInt16LE(options.port ?? 0, PROBE_COMMAND.port);
  command.writeUInt16LE(options.size ?? (options.protocol === 'tcp' ? 0 : USUAL_SIZE), PROBE_COMMAND.size);
  command.writeUInt16LE(options.timeout_ms, PROBE_COMMAND.timeout_ms);
  command.writeUInt16LE(options.interval_ms ?? 0, PROBE_COMMAND.interval_ms);
  command.writeUInt32LE(options.scope_id ?? 0, PROBE_COMMAND.scope_id);
  Buffer.from(address).copy(command, PROBE_COMMAND.address);
  return { command, family };
}

/** As traceroute sends them. */
const USUAL_SIZE = 60;

export function readProbe(bytes: Buffer, family: number): Probe {
  const outcome = PROBE_OUTCOMES[bytes.readUInt8(PROBE_RECORD.outcome)];
  if (bytes.length !== PROBE_RECORD_BYTES || !outcome) throw new RangeError('The helper sent a probe that cannot be read.');
  const type = bytes.readUInt8(PROBE_RECORD.icmp_type);
  const code = bytes.readUInt8(PROBE_RECORD.icmp_code);
  const answered = bytes.subarray(PROBE_RECORD.address).some(byte => byte !== 0);
  const byIcmp = outcome === 'time_exceeded' || outcome === 'unreachable' || outcome === 'too_big' || outcome === 'other_error';
  return {
    number: bytes.readUInt16LE(PROBE_RECORD.number),
    ttl: bytes.readUInt8(PROBE_RECORD.ttl),
    outcome,
    at_ms: readU64(bytes, PROBE_RECORD.at_ns) / 1e6,
    rtt_ns: readU64(bytes, PROBE_RECORD.rtt_ns) || null,
    address: answered ? readAddress(bytes, PROBE_RECORD.address, family) : null,
    mtu: bytes.readUInt32LE(PROBE_RECORD.mtu) || null,
    errno: bytes.readUInt32LE(PROBE_RECORD.error) || null,
    icmp: byIcmp ? { type, code } : null,
  };
}

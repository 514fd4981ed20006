import { runAttached } from './attached';
import type { HelperPlace } from './find-helper';
import { COMMAND, type Frame, REPLY } from './frames';
import { readU64 } from './records';

/** As libpcap counts them. */
export interface CaptureStats {
  /** Packets that passed the filter. */
  received: number;
  /** They found the kernel's ring full. */
  dropped_by_kernel: number;
  dropped_by_interface: number;
}

export interface CapturedPacket {
  /** ns since 1970 */
  at_ns: bigint;
  /** Bytes on the wire; `bytes` may be fewer. */
  length: number;
  /** Only valid during the call. */
  bytes: Buffer;
}

export interface CaptureOptions {
  /** 0: every interface, with the link type of Linux cooked captures. */
  ifindex: number;
  /** Bytes kept of each packet, 64 to 65,000. */
  snaplen: number;
  /** Of the kernel's ring, 64 KiB to 64 MiB. */
  buffer_bytes: number;
  promiscuous: boolean;
  /** pcap-filter(7); numbers only, names are not looked up. '' takes everything. */
  filter: string;
  /** link type: LINKTYPE_ of pcap-linktype(7). The capture ends when it resolves. */
  until: (started: { link_type: number; snaplen: number }) => Promise<void>;
  onPacket: (packet: CapturedPacket) => void;
  /** The packets that came together are over. */
  onFrameEnd?: () => void;
  onStats?: (stats: CaptureStats) => void;
  /** How to make it wait: the kernel's ring then fills, and counts what it cannot hold. */
  onControl?: (control: { pause(): void; resume(): void }) => void;
  signal?: AbortSignal | undefined;
}

const HEADER = 16;
const COMMAND_BYTES = 16;

/**
 * Captures the packets of one interface.
 * @returns the counters at the end
 * @throws NetsondeError unsupported (bad filter, no such interface, interface removed: the message says which),
 *   permission_denied, helper_lost, or the signal's reason
 */
export function capturePackets(place: HelperPlace, options: CaptureOptions): Promise<CaptureStats> {
  const { until, onPacket, onStats, signal } = options;
  const payload = Buffer.alloc(COMMAND_BYTES);
  payload.writeUInt32LE(options.ifindex, 0);
  payload.writeUInt32LE(options.snaplen, 4);
  payload.writeUInt32LE(options.buffer_bytes, 8);
  payload.writeUInt8(options.promiscuous ? 1 : 0, 12);
  let stats: CaptureStats = { received: 0, dropped_by_kernel: 0, dropped_by_interface: 0 };
  const waiting = new AbortController();
  return runAttached<CaptureStats>(place, {
    command: COMMAND.capture,
    payload: Buffer.concat([payload, Buffer.from(options.filter)]),
    onControl: options.onControl,
    signal: signal ? AbortSignal.any([signal, waiting.signal]) : waiting.signal,
    onFrame({ type, payload: bytes }: Frame, stop) {
      if (type === REPLY.packets) {
        eachPacket(bytes, onPacket);
        options.onFrameEnd?.();
      } else if (type === REPLY.captureStats) {
        stats = { received: readU64(bytes, 0), dropped_by_kernel: readU64(bytes, 8), dropped_by_interface: readU64(bytes, 16) };
        onStats?.(stats);
      } else if (type === REPLY.captureStarted) {
        until({ link_type: bytes.readUInt32LE(0), snaplen: bytes.readUInt32LE(4) }).then(stop, (thrown: unknown) =>
          waiting.abort(thrown),
        );
      } else throw new RangeError(`The helper sent a frame of the unknown type ${type}.`);
    },
    result: () => stats,
  });
}

/**
 * Compiles a filter and throws it away.
 * @throws NetsondeError unsupported with the words of libpcap; as capturePackets otherwise
 */
export function compileInHelper(place: HelperPlace, filter: string, signal?: AbortSignal): Promise<void> {
  return runAttached(place, {
    command: COMMAND.compile,
    payload: Buffer.from(filter),
    signal,
    onFrame({ type }) {
      throw new RangeError(`The helper answered COMPILE with a frame of the type ${type}.`);
    },
    result: () => undefined,
  });
}

function eachPacket(records: Buffer, onPacket: (packet: CapturedPacket) => void): void {
  for (let at = 0; at + HEADER <= records.length; ) {
    const captured = records.readUInt32LE(at + 8);
    const end = at + HEADER + captured;
    if (end > records.length) throw new RangeError('The helper sent half a packet.');
    onPacket({
      at_ns: records.readBigUInt64LE(at),
      length: records.readUInt32LE(at + 12),
      bytes: records.subarray(at + HEADER, end),
    });
    at = (end + 7) & ~7;
  }
}

import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import { runAttached } from './attached';
import type { HelperPlace } from './find-helper';
import { COMMAND, REPLY } from './frames';
import { readU64 } from './records';

const METHODS = ['best', 'xdp', 'tc', 'cgroup'] as const;
export type RateMethod = Exclude<(typeof METHODS)[number], 'best'>;

/** Counted since the start, by the kernel's own clock. */
export interface RateSample {
  at_ns: number;
  packets: number;
  /** With the link header where the method sees it (not cgroup). */
  bytes: number;
}

export interface PacketCount {
  method: RateMethod;
  first: RateSample;
  last: RateSample;
}

export interface CountOptions {
  ifindex: number;
  direction: 'incoming' | 'outgoing';
  /** Left out: the best that attaches here. */
  method?: RateMethod;
  /** Begins once the program is attached; the count ends when it resolves. */
  until: () => Promise<void>;
  onSample?: (sample: RateSample) => void;
  signal?: AbortSignal | undefined;
}

const INTERVAL_MS = 1_000;

/**
 * Counts every packet of one interface, one direction.
 * @throws NetsondeError unsupported when no method attaches (the message names each), helper_lost, or the signal's reason
 */
export function countPackets(place: HelperPlace, options: CountOptions): Promise<PacketCount> {
  const { ifindex, direction, method, until, onSample, signal } = options;
  let attached: RateMethod | undefined;
  let first: RateSample | undefined;
  let last: RateSample | undefined;
  const payload = Buffer.alloc(8);
  payload.writeUInt32LE(ifindex, 0);
  payload.writeUInt8(direction === 'incoming' ? 1 : 2, 4);
  payload.writeUInt8(method ? METHODS.indexOf(method) : 0, 5);
  payload.writeUInt16LE(INTERVAL_MS, 6);
  const waiting = new AbortController();
  return runAttached<PacketCount>(place, {
    command: COMMAND.rate,
    payload,
    signal: signal ? AbortSignal.any([signal, waiting.signal]) : waiting.signal,
    onFrame({ type, payload: bytes }, stop) {
      if (type === REPLY.rateStarted) {
        const name = METHODS[bytes[0] ?? 0];
        if (!name || name === 'best') throw new RangeError(`The helper named the unknown method ${bytes[0]}.`);
        attached = name;
        until().then(stop, (thrown: unknown) => waiting.abort(thrown));
      } else if (type === REPLY.rate) {
        last = { at_ns: readU64(bytes, 0), packets: readU64(bytes, 8), bytes: readU64(bytes, 16) };
        first ??= last;
        onSample?.(last);
      } else throw new RangeError(`The helper sent a frame of the unknown type ${type}.`);
    },
    result() {
      if (attached && first && last) return { method: attached, first, last };
      throw new NetsondeError('helper_lost', text('helper.lost', { why: 'it sent no count' }));
    },
  });
}

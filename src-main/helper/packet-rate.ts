import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { HelperPlace } from './find-helper';
import { COMMAND, createFrameReader, encodeFrame, type Frame, MODE, PROTOCOL, REPLY } from './frames';
import { readName, readU64 } from './records';

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
  /** Begins once the program is attached; resolves when the count is to end. */
  until(): Promise<void>;
  onSample?(sample: RateSample): void;
  signal?: AbortSignal | undefined;
}

const INTERVAL_MS = 1_000;

/**
 * Counts every packet of one interface in a helper process of its own, which ends with the count; nothing stays attached.
 * @throws NetsondeError unsupported when no method attaches (the message names each), helper_lost, or the signal's reason
 */
export function countPackets(place: HelperPlace, options: CountOptions): Promise<PacketCount> {
  const { ifindex, direction, method, until, onSample, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const pipe = place.open();
    let attached: RateMethod | undefined;
    let first: RateSample | undefined;
    let last: RateSample | undefined;
    let over = false;

    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      signal?.removeEventListener('abort', onAbort);
      pipe.input.end();
      pipe.kill();
      settle();
    };
    const fail = (error: unknown): void => finish(() => reject(error));
    const onAbort = (): void => fail(signal?.reason);

    const take = ({ type, payload }: Frame): void => {
      switch (type) {
        case REPLY.hello:
          return;
        case REPLY.rateStarted: {
          const name = METHODS[payload[0] ?? 0];
          if (!name || name === 'best') return fail(new RangeError(`The helper named the unknown method ${payload[0]}.`));
          attached = name;
          until().then(() => pipe.input.write(encodeFrame(COMMAND.stop, 2)), fail);
          return;
        }
        case REPLY.rate:
          last = { at_ns: readU64(payload, 0), packets: readU64(payload, 8), bytes: readU64(payload, 16) };
          first ??= last;
          onSample?.(last);
          return;
        case REPLY.end: {
          if (!attached || !first || !last) return fail(lost('it sent no count'));
          const count = { method: attached, first, last };
          return finish(() => resolve(count));
        }
        case REPLY.error: {
          const errno = payload.readUInt32LE(4);
          const words = readName(payload, 8, payload.length - 8);
          return fail(new NetsondeError(errno === 1 || errno === 13 ? 'permission_denied' : 'unsupported', words));
        }
        default:
          return fail(new RangeError(`The helper sent a frame of the unknown type ${type}.`));
      }
    };

    const read = createFrameReader(take);
    pipe.output.on('data', (chunk: Buffer) => {
      if (over) return;
      try {
        read(chunk);
      } catch (thrown) {
        fail(thrown);
      }
    });
    pipe.onEnd(why => fail(lost([why, pipe.complaints()].filter(Boolean).join(': '))));
    signal?.addEventListener('abort', onAbort, { once: true });

    const hello = Buffer.alloc(4);
    hello.writeUInt16LE(PROTOCOL, 0);
    hello.writeUInt16LE(MODE.attach, 2);
    const command = Buffer.alloc(8);
    command.writeUInt32LE(ifindex, 0);
    command.writeUInt8(direction === 'incoming' ? 1 : 2, 4);
    command.writeUInt8(method ? METHODS.indexOf(method) : 0, 5);
    command.writeUInt16LE(INTERVAL_MS, 6);
    pipe.input.write(Buffer.concat([encodeFrame(COMMAND.hello, 1, hello), encodeFrame(COMMAND.rate, 2, command)]));
  });
}

function lost(why: string): NetsondeError {
  return new NetsondeError('helper_lost', text('helper.lost', { why }), { hint: text('helper.lost_hint') });
}

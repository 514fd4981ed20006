import { NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import type { HelperPipe } from './find-helper';
import { COMMAND, createFrameReader, encodeFrame, type Frame, MODE, PROTOCOL, REPLY } from './frames';
import { EVENT_KINDS, type EventKind, readName, readU64 } from './records';

/** One thing the helper may be able to do on this kernel. */
export interface HelperFeature {
  name: string;
  loaded: boolean;
  /** errno of the step that failed, 0 when loaded */
  error: number;
  /** Why not, as the kernel or the loader says it; "" when loaded. */
  detail: string;
}

export interface HelperFacts {
  pid: number;
  kernel: string;
  /** Inode of the helper's network namespace. */
  netns: number;
  features: readonly HelperFeature[];
  /** Names of enum skb_drop_reason of the running kernel, by value. */
  dropReasons: ReadonlyMap<number, string>;
  load_ms: number;
}

/** The two clocks of one instant, to turn the kernel's times into wall time. */
export interface ClockPair {
  boot_ns: number;
  real_ns: number;
}

/** Events of each kind since the helper began. */
export type EventCounts = Record<EventKind, { seen: number; lost: number }>;

/** One connection with one process of the helper. Every answer fails with helper_lost once it is gone. */
export interface HelperSession {
  readonly facts: HelperFacts;
  readonly clock: ClockPair;
  /**
   * Reads a list while it comes, so that the helper makes the next records meanwhile.
   * @param onRecords whole records; the bytes are only valid during the call
   */
  list(what: 'sockets' | 'flows' | 'processes', timeoutMs: number, onRecords: (records: Buffer) => void): Promise<void>;
  /** Chooses the kinds of events that are sent; they are when it resolves. Without programs there are none: the features say so. */
  wantEvents(kinds: readonly EventKind[]): Promise<void>;
  counts(timeoutMs: number): Promise<EventCounts>;
  ping(timeoutMs: number): Promise<void>;
  end(): void;
}

export interface SessionListener {
  /** Whole event records; the bytes are only valid during the call. */
  onEvents(records: Buffer): void;
  onCounts(counts: EventCounts): void;
  onEnd(why: string): void;
}

interface Waiting {
  onRecords: ((records: Buffer) => void) | undefined;
  /** With the payload of the last frame. */
  resolve(last: Buffer): void;
  reject(error: NetsondeError): void;
}

/** Loading takes 0.2 s, on a machine under load a second; a helper that says nothing for so long hangs. */
const START_TIMEOUT_MS = 15_000;

/**
 * Says hello and waits until everything is loaded.
 * @throws NetsondeError helper_lost when it ends before, unsupported when it speaks another protocol, timeout
 */
export async function beginSession(pipe: HelperPipe, listener: SessionListener): Promise<HelperSession> {
  const waiting = new Map<number, Waiting>();
  const features: HelperFeature[] = [];
  const dropReasons = new Map<number, string>();
  let facts = { pid: 0, kernel: '', netns: 0 };
  let clock: ClockPair = { boot_ns: 0, real_ns: 0 };
  let ended = false;
  let nextRequest = 1;

  const lose = (why: string): void => {
    if (ended) return;
    ended = true;
    const complaints = sanitizeUntrusted(pipe.complaints(), 256);
    const error = new NetsondeError('helper_lost', text('helper.lost', { why: [why, complaints].filter(Boolean).join(': ') }), {
      hint: text('helper.lost_hint'),
    });
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
    pipe.kill();
    listener.onEnd(why);
  };

  const send = (
    type: number,
    payload?: Buffer,
    timeoutMs = START_TIMEOUT_MS,
    onRecords?: (records: Buffer) => void,
  ): Promise<Buffer> => {
    if (ended) return Promise.reject(new NetsondeError('helper_lost', text('helper.lost', { why: '' })));
    const request = nextRequest;
    nextRequest = nextRequest === 0xffff ? 1 : nextRequest + 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(request);
        reject(new NetsondeError('timeout', text('helper.slow', { seconds: timeoutMs / 1000 })));
      }, timeoutMs);
      waiting.set(request, {
        onRecords,
        resolve: last => {
          clearTimeout(timer);
          resolve(last);
        },
        reject: error => {
          clearTimeout(timer);
          reject(error);
        },
      });
      pipe.input.write(encodeFrame(type, request, payload));
    });
  };

  const finish = (request: number, last: Buffer): void => {
    const asked = waiting.get(request);
    waiting.delete(request);
    asked?.resolve(Buffer.from(last)); // the chunk it lies in is used again
  };

  const take = ({ type, request, payload }: Frame): void => {
    switch (type) {
      case REPLY.events:
        return listener.onEvents(payload);
      case REPLY.counts:
        clock = { boot_ns: readU64(payload, 0), real_ns: readU64(payload, 8) };
        if (request === 0) return listener.onCounts(readCounts(payload));
        return finish(request, payload);
      case REPLY.sockets:
      case REPLY.flows:
      case REPLY.processes:
        waiting.get(request)?.onRecords?.(payload);
        return;
      case REPLY.hello:
        clock = { boot_ns: readU64(payload, 8), real_ns: readU64(payload, 16) };
        facts = { pid: payload.readUInt32LE(4), netns: payload.readUInt32LE(32), kernel: readName(payload, 40, 64) };
        return;
      case REPLY.feature:
        features.push({
          name: readName(payload, 0, 24),
          loaded: payload.readUInt32LE(24) === 1,
          error: payload.readUInt32LE(28),
          detail: readName(payload, 32, 192),
        });
        return;
      case REPLY.reason:
        for (let at = 0; at + 64 <= payload.length; at += 64)
          dropReasons.set(payload.readUInt32LE(at), readName(payload, at + 4, 60).replace(/^SKB_DROP_REASON_|^SKB_/, ''));
        return;
      case REPLY.end:
        return finish(request, payload);
      case REPLY.ready:
      case REPLY.pong:
        return finish(request, payload);
      case REPLY.error: {
        // Number 0 answers no command: the service turns this connection away.
        const error = errorOf(payload);
        const concerned = request === 0 ? [...waiting.values()] : [waiting.get(request)];
        if (request === 0) waiting.clear();
        else waiting.delete(request);
        for (const asked of concerned) asked?.reject(error);
        return;
      }
      default:
        throw new RangeError(`The helper sent a frame of the unknown type ${type}.`);
    }
  };

  const read = createFrameReader(take);
  pipe.output.on('data', (chunk: Buffer) => {
    if (ended) return;
    try {
      read(chunk);
    } catch (thrown) {
      lose(thrown instanceof Error ? thrown.message : String(thrown));
    }
  });
  pipe.onEnd(lose);

  const hello = Buffer.alloc(4);
  hello.writeUInt16LE(PROTOCOL, 0);
  hello.writeUInt16LE(MODE.stream, 2);
  let ready: Buffer;
  try {
    ready = await send(COMMAND.hello, hello);
  } catch (thrown) {
    lose('it did not start');
    throw thrown;
  }

  return {
    facts: { ...facts, features, dropReasons, load_ms: ready.readUInt32LE(0) / 1000 },
    get clock() {
      return clock;
    },
    list: async (what, timeoutMs, onRecords) => void (await send(COMMAND[what], undefined, timeoutMs, onRecords)),
    async wantEvents(kinds) {
      const mask = Buffer.alloc(8);
      let bits = 0;
      for (const kind of kinds) bits |= 1 << EVENT_KINDS.indexOf(kind);
      mask.writeUInt32LE(bits >>> 0, 0);
      await send(COMMAND.events, mask).catch(() => {});
    },
    counts: async timeoutMs => readCounts(await send(COMMAND.stats, undefined, timeoutMs)),
    ping: async timeoutMs => void (await send(COMMAND.ping, undefined, timeoutMs)),
    end: () => lose('it was ended'),
  };
}

/** enum error_code of frames.h: the helper will not talk to this Netsonde at all. */
const REFUSED = 4;
const EPROTONOSUPPORT = 93;

function errorOf(payload: Buffer): NetsondeError {
  const words = readName(payload, 8, payload.length - 8);
  if (payload.readUInt32LE(0) !== REFUSED) return new NetsondeError('unsupported', words);
  if (payload.readUInt32LE(4) === EPROTONOSUPPORT)
    return new NetsondeError('unsupported', text('helper.other_version'), { hint: text('helper.install_again_hint') });
  return new NetsondeError('permission_denied', text('helper.refused', { why: words }));
}

function readCounts(payload: Buffer): EventCounts {
  const counts = EVENT_KINDS.map((kind, number) => [
    kind,
    { seen: readU64(payload, 16 + number * 16), lost: readU64(payload, 24 + number * 16) },
  ]);
  return Object.fromEntries(counts) as EventCounts; // one entry a kind
}

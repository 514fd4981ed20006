import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { HelperPlace } from './find-helper';
import { COMMAND, createFrameReader, encodeFrame, type Frame, MODE, PROTOCOL, REPLY } from './frames';
import { readName } from './records';

/** EPERM and EACCES, errno-base.h. */
const DENIED = new Set([1, 13]);
const HELLO_REQUEST = 1;
const WORK_REQUEST = 2;

export interface AttachedWork<Result> {
  /** One command of the attach mode (frames.h). */
  command: number;
  payload: Buffer;
  /** Frames of the work; what it throws ends it. `stop` asks for the last figures and END. */
  onFrame(frame: Frame, stop: () => void): void;
  /** After END. */
  result(): Result;
  signal?: AbortSignal | undefined;
  onControl?: ((control: { pause(): void; resume(): void }) => void) | undefined;
}

/**
 * Runs one command in a helper process of its own, which ends with it: nothing stays attached.
 * @throws NetsondeError unsupported or permission_denied with the helper's words, helper_lost, or the signal's reason
 */
export function runAttached<Result>(place: HelperPlace, work: AttachedWork<Result>): Promise<Result> {
  const { signal } = work;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const pipe = place.open();
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
    const stop = (): void => void pipe.input.write(encodeFrame(COMMAND.stop, WORK_REQUEST));

    const take = (frame: Frame): void => {
      if (over || frame.type === REPLY.hello) return;
      if (frame.type === REPLY.end) {
        const result = work.result();
        return finish(() => resolve(result));
      }
      if (frame.type === REPLY.error) {
        const { payload } = frame;
        const code = DENIED.has(payload.readUInt32LE(4)) ? 'permission_denied' : 'unsupported';
        throw new NetsondeError(code, readName(payload, 8, payload.length - 8));
      }
      work.onFrame(frame, stop);
    };

    work.onControl?.({ pause: () => pipe.output.pause(), resume: () => pipe.output.resume() });
    const read = createFrameReader(take);
    pipe.output.on('data', (chunk: Buffer) => {
      if (over) return;
      try {
        read(chunk);
      } catch (thrown) {
        fail(thrown);
      }
    });
    pipe.onEnd(why =>
      fail(
        new NetsondeError('helper_lost', text('helper.lost', { why: [why, pipe.complaints()].filter(Boolean).join(': ') }), {
          hint: text('helper.lost_hint'),
        }),
      ),
    );
    signal?.addEventListener('abort', onAbort, { once: true });

    const hello = Buffer.alloc(4);
    hello.writeUInt16LE(PROTOCOL, 0);
    hello.writeUInt16LE(MODE.attach, 2);
    pipe.input.write(
      Buffer.concat([encodeFrame(COMMAND.hello, HELLO_REQUEST, hello), encodeFrame(work.command, WORK_REQUEST, work.payload)]),
    );
  });
}

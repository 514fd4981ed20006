import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NetsondeError } from '@shared/errors';
import { beforeEach, describe, expect, test } from 'vitest';
import type { HelperPipe, HelperPlace } from './find-helper';
import { COMMAND, createFrameReader, encodeFrame, REPLY } from './frames';
import { type Helper, type HelperState, superviseHelper } from './supervisor';

/** A helper of the other side of the pipe, whose behaviour a test chooses; the real one runs in the integration tests. */
function fakePipe(behaviour: { starts?: boolean; answersPings?: boolean; refused?: number; refusesProtocol?: boolean }) {
  const input = new PassThrough();
  const output = new PassThrough();
  const ends: ((why: string) => void)[] = [];
  let killed = false;
  input.on(
    'data',
    createFrameReader(({ type, request }) => {
      if (type === COMMAND.hello && behaviour.refusesProtocol) {
        const error = Buffer.alloc(8);
        error.writeUInt32LE(4, 0); // ERROR_REFUSED
        error.writeUInt32LE(93, 4); // EPROTONOSUPPORT
        output.write(encodeFrame(REPLY.error, request, error));
      } else if (type === COMMAND.hello && behaviour.starts !== false) {
        output.write(encodeFrame(REPLY.hello, request, Buffer.alloc(104)));
        const feature = Buffer.alloc(224);
        feature.write('drops');
        feature.writeUInt32LE(behaviour.refused ? 0 : 1, 24);
        feature.writeUInt32LE(behaviour.refused ?? 0, 28);
        output.write(encodeFrame(REPLY.feature, request, feature));
        output.write(encodeFrame(REPLY.ready, request, Buffer.alloc(4)));
      }
      if (type === COMMAND.events) output.write(encodeFrame(REPLY.counts, request, Buffer.alloc(272)));
      if (type === COMMAND.ping && behaviour.answersPings !== false) output.write(encodeFrame(REPLY.pong, request));
    }),
  );
  const pipe: HelperPipe = {
    input,
    output,
    complaints: () => '',
    onEnd: listener => void ends.push(listener),
    kill: () => (killed = true),
  };
  return { pipe, die: (why: string) => ends.forEach(end => end(why)), isKilled: () => killed };
}

/** Timers that a test lets run. */
function fakeTimers() {
  let nowMs = 0;
  let waiting: { atMs: number; run: () => void }[] = [];
  return {
    wallMs: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      const timer = { atMs: nowMs + delayMs, run };
      waiting.push(timer);
      return () => void (waiting = waiting.filter(each => each !== timer));
    },
    async advance(ms: number) {
      nowMs += ms;
      const due = waiting.filter(({ atMs }) => atMs <= nowMs);
      waiting = waiting.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) run();
      await settle();
    },
  };
}

/** Lets what streams and promises have under way come through. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

describe('a supervised helper', () => {
  let timers: ReturnType<typeof fakeTimers>;
  let started: ReturnType<typeof fakePipe>[];
  let helper: Helper;
  let states: HelperState[];

  const begin = async (behaviour: Parameters<typeof fakePipe>[0] = {}): Promise<void> => {
    const place: HelperPlace = {
      way: 'root',
      at: '/helper',
      open() {
        const fake = fakePipe(behaviour);
        started.push(fake);
        return fake.pipe;
      },
    };
    helper = superviseHelper({ find: () => place, events: ['drop'], wallMs: timers.wallMs, after: timers.after });
    helper.listen({ onState: state => states.push(state) });
    await helper.settled();
  };

  beforeEach(() => {
    timers = fakeTimers();
    started = [];
    states = [];
  });

  test('is ready once it has said what it can do', async () => {
    await begin();
    expect(states.map(({ state }) => state)).toEqual(['starting', 'ready']);
    helper.stop();
  });

  test('that died is started again after 1, 2, 4 and 8 s, then after the minute', async () => {
    await begin();
    for (const wait of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      started.at(-1)?.die('signal SIGKILL');
      await settle();
      expect(helper.state).toMatchObject({ state: 'lost', reason: 'signal SIGKILL', retry_at_ms: timers.wallMs() + wait });
      const before = started.length;
      await timers.advance(wait - 1);
      expect(started).toHaveLength(before);
      await timers.advance(1);
      expect(helper.state.state).toBe('ready');
    }
    started.at(-1)?.die('signal SIGKILL');
    await settle();
    expect(helper.state).toMatchObject({ state: 'lost', retry_at_ms: 60_000 });
    helper.stop();
  });

  test('a call that is under way when it dies fails with helper_lost', async () => {
    await begin();
    const call = helper.session().list('sockets', 1_000, () => {});
    started[0]?.die('signal SIGKILL');
    await expect(call).rejects.toMatchObject({ code: 'helper_lost' });
    expect(() => helper.session()).toThrow(/signal SIGKILL/);
    helper.stop();
  });

  test.each([
    [1, 'permission_denied'],
    [95, 'unsupported'],
  ])(
    'that loads nothing because of errno %i is unavailable, as %s, and is not started again and again',
    async (refused, code) => {
      await begin({ refused });
      expect(helper.state).toMatchObject({ state: 'unavailable', code });
      await timers.advance(60_000);
      expect(started).toHaveLength(1);
      helper.stop();
    },
  );

  test('of another version is unavailable, with the way to install it again', async () => {
    await begin({ refusesProtocol: true });
    expect(helper.state).toMatchObject({ state: 'unavailable', code: 'unsupported' });
    expect(() => helper.session()).toThrow(/another version/);
    helper.stop();
  });

  test('stopped by its owner is not started again', async () => {
    await begin();
    helper.stop();
    await timers.advance(60_000);
    expect(started).toHaveLength(1);
    expect(started[0]?.isKilled()).toBe(true);
  });
});

test('where there is none it is found as soon as somebody has installed it', async () => {
  const timers = fakeTimers();
  let installed = false;
  const helper = superviseHelper({
    find() {
      if (!installed) throw new NetsondeError('permission_denied', 'Nothing gives the helper its rights.');
      return { way: 'capabilities', at: '/helper', open: () => fakePipe({}).pipe };
    },
    events: [],
    wallMs: timers.wallMs,
    after: timers.after,
  });
  await helper.settled();
  expect(helper.state.state).toBe('unavailable');
  installed = true;
  await timers.advance(5_000);
  expect(helper.state).toMatchObject({ state: 'ready', way: 'capabilities' });
  helper.stop();
});

test('after an installation it is looked for at once, and another reason is told', async () => {
  const timers = fakeTimers();
  const started: ReturnType<typeof fakePipe>[] = [];
  const states: HelperState[] = [];
  let found: () => HelperPlace = () => {
    throw new NetsondeError('permission_denied', 'Nothing gives the helper its rights.');
  };
  const helper = superviseHelper({ find: () => found(), events: [], wallMs: timers.wallMs, after: timers.after });
  helper.listen({ onState: state => states.push(state) });
  await helper.settled();
  helper.lookAgain();
  await settle();
  expect(states.map(({ state }) => state)).toEqual(['unavailable']); // told once
  found = () => {
    throw new NetsondeError('permission_denied', 'This session does not belong to the group.');
  };
  helper.lookAgain();
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'unavailable', reason: 'This session does not belong to the group.' });
  found = () => ({
    way: 'capabilities',
    at: '/helper',
    open() {
      const fake = fakePipe({});
      started.push(fake);
      return fake.pipe;
    },
  });
  helper.lookAgain();
  await settle();
  expect(helper.state).toMatchObject({ state: 'ready' });
  // Removed, or another version in its place: the one that runs is of what was there before.
  helper.lookAgain();
  expect(started[0]?.isKilled()).toBe(true);
  await timers.advance(1_000);
  expect(started).toHaveLength(2);
  expect(helper.state).toMatchObject({ state: 'ready' });
  helper.stop();
});

test('where there is none the reason and what to do are known, and asking says both', async () => {
  const helper = superviseHelper({
    find: () => {
      throw new NetsondeError('unsupported', 'The kernel objects are not built.', { hint: 'Run `npm run setup`.' });
    },
    events: [],
  });
  await helper.settled();
  expect(helper.state).toMatchObject({ state: 'unavailable', code: 'unsupported' });
  expect(() => helper.session()).toThrow(/not built/);
  helper.stop();
});

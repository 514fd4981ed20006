import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, createFrameReader, encodeFrame, MODE, PROTOCOL, REPLY } from '../../src-main/helper/frames';
import type { DropRateBatch } from '../../src-shared/model/drop';
import type { EventRateBatch, KernelEventBatch, LiveEvent, NetworkSummary } from '../../src-shared/model/event';
import { CAN_MAKE_NETWORKS, makeNetwork, printed, type TestNetwork } from '../support/network';
import { openLab } from './engine-lab';
import { type EventLab, helperBecomes, namespaceInode, openEventLab, runScript } from './events-lab';
import { BUILT_HELPER } from './helper-lab';

const run = promisify(execFile);

/** Numbers of the kernel programs that a process keeps attached. */
function programsOf(pid: number): number[] {
  const numbers = readdirSync(`/proc/${pid}/fdinfo`).map(
    fd => /^prog_id:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1],
  );
  return [...new Set(numbers.filter(number => number !== undefined).map(Number))];
}

/** Those that are still loaded. */
async function stillLoaded(numbers: readonly number[]): Promise<number[]> {
  const all = JSON.parse((await run('bpftool', ['prog', 'show', '-j'])).stdout) as { id: number }[]; // bpftool's own format
  return all.map(({ id }) => id).filter(id => numbers.includes(id));
}

/** Whether it still runs: one that nobody has waited for does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves with the first batch of a stream that passes. */
function firstBatch<Batch>(lab: EventLab, stream: string, params: object, passes: (batch: Batch) => boolean): Promise<Batch> {
  return new Promise(resolve => {
    const stop = lab.engine.subscribe(stream, params, event => {
      const batch = event as Batch; // the stream's own type
      if (!passes(batch)) return;
      queueMicrotask(() => stop());
      resolve(batch);
    });
  });
}

describe.skipIf(!CAN_MAKE_NETWORKS)('the helper comes and goes', () => {
  let lab: EventLab;
  let network: TestNetwork;
  let netns: number;
  beforeAll(async () => {
    [lab, network] = await Promise.all([openEventLab(), makeNetwork()]);
    netns = await namespaceInode(network, network.here);
  });
  afterAll(async () => {
    await lab.close();
    await network.remove();
  });

  const helperPid = (): number => {
    const { state } = lab.helper;
    if (state.state !== 'ready') throw new Error(`The helper is ${state.state}`);
    return state.facts.pid;
  };
  const connectRefused = (name: string): Promise<unknown> =>
    runScript(network, network.here, name, `require('node:net').connect(9, '192.0.2.2').on('error', () => {})`);
  const attemptsOf = async (name: string): Promise<NetworkSummary> =>
    lab.ask<NetworkSummary>('get_network_summary', { process_name: name, duration: 3_600 });

  test('the live timeline has what happens, in order, with the ends of one socket tied together', async () => {
    const seen: LiveEvent[] = [];
    const closing = firstBatch<KernelEventBatch>(
      lab,
      'kernel_event',
      { query: `netns:${netns} process:nslive` },
      ({ events }) => {
        seen.push(...events);
        return seen.some(({ kind }) => kind === 'connect_failed');
      },
    );
    const dropped = firstBatch<DropRateBatch>(lab, 'drop_rate', {}, ({ seconds }) =>
      seconds.some(({ drops }) => drops.some(({ reason, count }) => reason === 'NO_SOCKET' && count > 0)),
    );
    const counted = firstBatch<EventRateBatch>(lab, 'event_rate', {}, ({ seconds }) =>
      seconds.some(({ counts }) => (counts.connect_failed ?? 0) > 0),
    );
    await connectRefused('nslive');
    const last = await closing;
    expect(last).toMatchObject({ blind: null, skipped: 0, coverage: { lost: 0 } });
    const own = seen.filter(({ kind }) => kind === 'connect' || kind === 'connect_failed');
    expect(own.map(({ kind }) => kind)).toEqual(['connect', 'connect_failed']);
    expect(own[1]).toMatchObject({
      program: 'nslive',
      error: 'ECONNREFUSED',
      foreign_ip: '192.0.2.2',
      foreign_port: 9,
      protocol: 'TCP',
      netns,
    });
    expect(own[0]?.socket).toBe(own[1]?.socket);
    expect(own[0]?.id).toBeLessThan(own[1]?.id ?? 0);
    await Promise.all([dropped, counted]);
  });

  test('fault 1: killed, it is back; what was between is a gap in the answers, and nothing is attached twice', async () => {
    const pid = helperPid();
    const programs = programsOf(pid);
    expect(programs.length).toBeGreaterThan(5);
    await connectRefused('nsbefore');
    expect(await attemptsOf('nsbefore')).toMatchObject({ count: 1, coverage: { gaps: [] } });

    const told = firstBatch<KernelEventBatch>(lab, 'kernel_event', {}, ({ blind }) => blind !== null);
    process.kill(pid, 'SIGKILL');
    expect((await told).blind).toMatchObject({ code: 'lost' });
    const during = await attemptsOf('nsbefore');
    expect(during).toMatchObject({ count: 1, source: { degraded: true, remedies: [{ code: 'helper_lost' }] } });
    expect(during.coverage.gaps).toMatchObject([{ to: null }]);

    await helperBecomes(lab.helper, 'ready');
    await connectRefused('nsafter');
    const after = await attemptsOf('nsafter');
    expect(after).toMatchObject({ count: 1, source: { degraded: false } });
    expect(after.coverage.gaps).toHaveLength(1);
    expect(Date.parse(after.coverage.gaps[0]?.to ?? '')).toBeGreaterThan(Date.parse(after.coverage.gaps[0]?.from ?? ''));
    expect(await attemptsOf('nsbefore')).toMatchObject({ count: 1 });
    await expect.poll(() => stillLoaded(programs)).toEqual([]);
  });

  test('fault 2: stopped, it is killed and replaced, and the gap begins with its last sign of life', async () => {
    const pid = helperPid();
    const stoppedAt = Date.now();
    process.kill(pid, 'SIGSTOP');
    await helperBecomes(lab.helper, 'lost');
    await helperBecomes(lab.helper, 'ready');
    expect(isAlive(pid)).toBe(false);
    expect(Date.now() - stoppedAt).toBeLessThan(12_000);
    const { coverage } = await attemptsOf('nsafter');
    expect(Date.parse(coverage.gaps.at(-1)?.from ?? '')).toBeLessThan(stoppedAt + 1_500);
    await connectRefused('nsthird');
    expect(await attemptsOf('nsthird')).toMatchObject({ count: 1 });
  });
});

describe('without a helper', () => {
  test.each(['get_network_summary', 'list_connections', 'analyze_patterns', 'get_packet_drop_summary', 'list_packet_drops'])(
    '%s fails with the reason, never with an empty success',
    async tool => {
      const lab = openLab();
      const reply = await lab.call(tool);
      expect(reply).toMatchObject({ success: false, data: null, error: { code: 'unsupported' } });
      expect(reply.message).toMatch(/helper/);
      await lab.engine.stop();
    },
  );

  test('ai_insights answers from the text, and says that nothing could be seen', async () => {
    const lab = openLab();
    const reply = await lab.call('ai_insights', {
      summary_text: '120 connections in 60 seconds, many refused, drops: NO_SOCKET',
    });
    expect(reply).toMatchObject({ success: true, data: { deterministic: true, coverage: null, source: { degraded: true } } });
    expect(String(reply.data['insights'])).toMatch(/120 a minute[\s\S]*ECONNREFUSED[\s\S]*NO_SOCKET/);
    expect(await lab.call('ai_insights', { summary_text: 'x'.repeat(20_001) })).toMatchObject({
      error: { code: 'invalid_argument' },
    });
    await lab.engine.stop();
  });

  test.each([
    ['get_network_summary', { pid: 0 }],
    ['get_network_summary', { pid: '1 OR 1=1' }],
    ['get_network_summary', { duration: 86_401 }],
    ['list_connections', { max_events: 10_001 }],
    ['list_connections', { max_events: -1 }],
    ['list_connections', { since: 'yesterday' }],
    ['list_connections', { query: 'nosuchfield:1' }],
    ['list_packet_drops', { reason: "' OR 1=1" }],
    ['list_packet_drops', { unknown: 1 }],
  ])('%s refuses %j', async (tool, input) => {
    const lab = openLab();
    expect(await lab.call(tool, input)).toMatchObject({ success: false });
    await lab.engine.stop();
  });
});

describe.skipIf(!CAN_MAKE_NETWORKS)('the helper itself', () => {
  /** Writes bytes to a fresh helper. @returns its answers' types, once it has ended */
  async function feed(...bytes: Buffer[]): Promise<number[]> {
    const child = spawn(BUILT_HELPER, [], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
    const types: number[] = [];
    child.stdout.on(
      'data',
      createFrameReader(({ type }) => types.push(type)),
    );
    child.stdin.on('error', () => {}); // it closed its end: wanted
    child.stdin.end(Buffer.concat(bytes));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBeNull();
    expect(code).not.toBeNull();
    return types;
  }
  const hello = Buffer.alloc(4);
  hello.writeUInt16LE(PROTOCOL, 0);
  hello.writeUInt16LE(MODE.stream, 2);

  test('row 44: random bytes, a length of 4 GB and half frames end in an error or a close', async () => {
    const huge = Buffer.alloc(8, 0xff);
    expect(await feed(huge)).toEqual([REPLY.error]);
    expect(await feed(Buffer.from([4, 0, 0]))).toEqual([]);
    expect(await feed(encodeFrame(COMMAND.ping, 1))).toEqual([REPLY.error]);
    for (let round = 0; round < 20; round++)
      expect((await feed(randomBytes(64))).filter(type => type !== REPLY.error)).toEqual([]);
  });

  test('row 44: after hello, unknown commands and wrong lengths are errors, and it goes on', async () => {
    const types = await feed(
      encodeFrame(COMMAND.hello, 1, hello),
      encodeFrame(999, 2),
      encodeFrame(COMMAND.events, 3, Buffer.alloc(3)),
      encodeFrame(COMMAND.hello, 4, hello),
      encodeFrame(COMMAND.ping, 5),
    );
    expect(types.filter(type => type === REPLY.error || type === REPLY.pong)).toEqual([
      REPLY.error,
      REPLY.error,
      REPLY.error,
      REPLY.pong,
    ]);
  });

  test('fault 3: kill -9 of Netsonde leaves no helper and no kernel program', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'netsonde-kill-'));
    const server = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../out/main/cli.js'), 'serve'], {
      env: { ...process.env, NETSONDE_HOME: home, LANG: 'C' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await printed(server, /Open /);
    const children = (): number[] =>
      readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    const isHelper = (pid: number): boolean => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('netsonde-helper');
    await expect.poll(() => children().filter(isHelper).flatMap(programsOf).length, { timeout: 10_000 }).toBeGreaterThan(5);
    const [helper = 0] = children().filter(isHelper);
    const programs = programsOf(helper);
    server.kill('SIGKILL');
    await once(server, 'close');
    await expect.poll(() => isAlive(helper)).toBe(false);
    await expect.poll(() => stillLoaded(programs)).toEqual([]);
    rmSync(home, { recursive: true, force: true });
  });
});

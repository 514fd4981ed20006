import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CaptureReportPage, CaptureStarted, CaptureStatus } from '../../src-shared/model/capture';
import { dnsMessage } from '../support/made-packets';
import { CAN_MAKE_NETWORKS, makeCable, type TestCable, WHY_SKIPPED } from '../support/network';
import { readCapture } from '../support/read-capture';
import { ip, type Lab, openLab } from './engine-lab';
import { openHelper } from './helper-lab';

const run = promisify(execFile);
const CANARY = 'canary-7f3a91-payload';

describe.skipIf(!CAN_MAKE_NETWORKS)(`captures (${WHY_SKIPPED})`, () => {
  let cable: TestCable;
  let lab: Lab;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-captures-'));
    lab = openLab({ helper: await openHelper(), captureFolder: folder });
  });
  afterAll(async () => {
    await lab?.engine.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    cable = await makeCable({ quiet: true });
    ip('address', 'add', `${cable.address}/24`, 'dev', cable.iface);
    ip('-n', cable.namespace, 'address', 'add', `${cable.farAddress}/24`, 'dev', 'far0');
    // The neighbour is known from the start: while it is asked for, a burst would overflow the queue of one packet and more.
    const [link]: [{ address: string }] = JSON.parse(ip('-n', cable.namespace, '-j', 'link', 'show', 'dev', 'far0')); // as iproute2 prints it
    ip('neighbour', 'replace', cable.farAddress, 'lladdr', link.address, 'dev', cable.iface);
  });
  afterEach(() => cable.remove());

  const ask = async <Data>(tool: string, input: object = {}, from = lab): Promise<Data> => {
    const reply = await from.call(tool, input);
    if (!reply.success) throw Object.assign(new Error(`${tool}: ${reply.message}`), { code: reply.error?.code });
    return reply.data as unknown as Data; // the tool's own output schema has checked it
  };
  const start = (input: object = {}, from = lab): Promise<CaptureStarted> =>
    ask(
      'start_packet_capture',
      { target: '9', mode: 'port', interface: cable.iface, filter: 'udp', duration: 60, ...input },
      from,
    );
  const stop = (session_id: string, from = lab): Promise<CaptureStatus> => ask('stop_packet_capture', { session_id }, from);
  const refusal = async (tool: string, input: object): Promise<string | undefined> => (await lab.call(tool, input)).error?.code;
  /** Datagrams to port 9 of the far end, one after another; not connected, for the answers say that nobody listens there. */
  async function send(count: number, payload: Buffer | string = 'x'.repeat(100)): Promise<void> {
    const socket = createSocket('udp4');
    for (let sent = 0; sent < count; sent++) {
      await new Promise<void>((resolve, reject) =>
        socket.send(payload, 9, cable.farAddress, error => (error ? reject(error) : resolve())),
      );
    }
    socket.close();
  }
  /** The state of a capture once it is as asked. */
  const until = (session_id: string, wanted: (status: CaptureStatus) => boolean, from = lab): Promise<CaptureStatus> =>
    new Promise(resolve => {
      const stopListening = from.engine.subscribe('capture', { session_id }, event => {
        const status = event as CaptureStatus; // what the stream carries
        if (!wanted(status)) return;
        setImmediate(() => stopListening());
        resolve(status);
      });
    });

  test('every packet is counted once, and named by its process', async () => {
    const { session_id, filter, interface: iface } = await start();
    expect([iface, filter]).toEqual([cable.iface, '(port 9) and (udp)']);
    await send(57);
    const { analysis, coverage, current_packet_count } = await stop(session_id);
    expect(current_packet_count).toBe(57);
    expect(analysis?.capture).toMatchObject({ received: 57, dropped_by_kernel: 0, dropped_by_interface: 0, truncated: 0 });
    expect(analysis?.datagrams.flows).toMatchObject([{ packets_ab: 57, packets_ba: 0, pid: process.pid, attribution: 'exact' }]);
    expect(coverage).toMatchObject({ seen_total: 57, lost: 0, gaps: [] });
  });

  test('without save, payload is found nowhere', async () => {
    const { session_id } = await start();
    await send(5, CANARY);
    const status = await stop(session_id);
    expect(status.analysis?.total_packets).toBe(5);
    expect(status.saved_file).toBeNull();
    const pages = await Promise.all(
      ['findings', 'datagrams', 'packets'].map(section =>
        ask<CaptureReportPage>('get_capture_report', { session_id, section, ...(section === 'packets' && { stream: 1 }) }),
      ),
    );
    expect(pages[2]?.total).toBe(5);
    expect(JSON.stringify([status, pages])).not.toContain(CANARY);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => path.join(folder, name));
    for (const file of files) if (statSync(file).isFile()) expect(readFileSync(file, 'latin1')).not.toContain(CANARY);
  });

  test('with save, a pcapng holds the packets, the counters, and the process as comment; removing deletes it', async () => {
    const { session_id } = await start({ save: true });
    await send(3, CANARY);
    const { saved_file } = await stop(session_id);
    const file = readFileSync(saved_file ?? '');
    const { analysis, input } = readCapture(file);
    expect(file.toString('latin1')).toContain(CANARY);
    expect([analysis.packets, input.damage]).toEqual([3, null]);
    expect(input.reader?.interfaces).toMatchObject([{ name: cable.iface, received: 3, dropped_by_kernel: 0 }]);
    expect(input.reader?.comments[0]).toMatch(new RegExp(`^process: .+ \\(pid ${process.pid}\\)`));
    expect(statSync(saved_file ?? '').mode & 0o777).toBe(0o600);
    await ask('remove_capture', { session_id });
    expect(() => statSync(saved_file ?? '')).toThrow();
  });

  test('a capture for a name keeps look-ups of that name only, and counts the others', async () => {
    // A name that is known without a look-up: what is asked on the cable is what the test sends.
    const { session_id, filter } = await start({ target: 'localhost', mode: 'domain', filter: undefined, save: true });
    expect(filter).toContain('or port 53');
    const socket = createSocket('udp4');
    for (const name of ['localhost', 'tracker.example', 'localhost', 'other.example', 'LOCALHOST']) {
      await new Promise(resolve => socket.send(dnsMessage(false, { name }), 53, cable.farAddress, resolve));
    }
    socket.close();
    const { analysis, current_packet_count, saved_file } = await stop(session_id);
    expect([current_packet_count, analysis?.capture.other_lookups, analysis?.capture.received]).toEqual([3, 2, 5]);
    expect(analysis?.dns_queries.map(({ name }) => name.toLowerCase())).toEqual(['localhost', 'localhost', 'localhost']);
    const file = readFileSync(saved_file ?? '');
    expect(readCapture(file).analysis.packets).toBe(3);
    expect(file.toString('latin1')).not.toContain('tracker');
  });

  test('a report is worded in the language of its reader, and findings name the process', async () => {
    const { session_id } = await start({ target: '4444', filter: undefined });
    const socket = net.connect({ host: cable.farAddress, port: 4_444 });
    await once(socket, 'error').catch(() => {});
    const read = async (tool: string, language: 'en' | 'zh-CN'): Promise<CaptureStatus> =>
      (await lab.call(tool, { session_id }, {}, language)).data as unknown as CaptureStatus; // its schema has checked it
    const english = (await read('stop_packet_capture', 'en')).analysis;
    const chinese = (await read('get_capture_status', 'zh-CN')).analysis;
    const refusedIn = (analysis: typeof english) => analysis?.problems_detected.find(({ id }) => id === 'tcp-connection-refused');
    expect(refusedIn(english)).toMatchObject({ summary: expect.stringMatching(/refused/), flow: { pid: process.pid } });
    expect(refusedIn(chinese)).toEqual({
      ...refusedIn(english),
      title: expect.stringMatching(/[\u4e00-\u9fff]/),
      summary: expect.stringMatching(/[\u4e00-\u9fff]/),
      advice: [expect.stringMatching(/[\u4e00-\u9fff]/), expect.stringMatching(/[\u4e00-\u9fff]/)],
    });
    expect(chinese?.verdict).toMatch(/[\u4e00-\u9fff]/);
    expect(chinese?.rules.not_run.map(({ id }) => id)).toEqual(english?.rules.not_run.map(({ id }) => id));
    expect(chinese?.rules.not_run[0]?.reason).toMatch(/[\u4e00-\u9fff]/);
  });

  test('a triggered capture keeps the seconds before its trigger', async () => {
    const { session_id } = await start({ trigger: 'refused', save: true });
    await send(11);
    await until(session_id, ({ is_armed, current_packet_count }) => is_armed && current_packet_count === 11);
    const socket = net.connect({ host: cable.farAddress, port: 4_444 });
    expect((await once(socket, 'error').catch((error: unknown) => [error]))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    const triggered = await until(session_id, ({ triggered_at }) => triggered_at !== null);
    expect(triggered.is_armed).toBe(false);
    await send(4);
    const { analysis, saved_file } = await stop(session_id);
    expect(analysis?.total_packets).toBe(15);
    expect(readCapture(readFileSync(saved_file ?? '')).analysis.packets).toBe(15);
  });

  test('a filter on the rate of packets triggers when it is exceeded, not before', async () => {
    const { session_id } = await start({ trigger: 'rate>1000000' });
    await send(50);
    await until(session_id, ({ current_packet_count }) => current_packet_count === 50);
    const { is_armed, triggered_at, analysis } = await stop(session_id);
    // It never began: what it saw in passing is not reported.
    expect([is_armed, triggered_at, analysis?.total_packets]).toEqual([false, null, 0]);
  });

  test('an interface that is removed ends the capture with its report', async () => {
    const { session_id } = await start();
    await send(6);
    await until(session_id, ({ current_packet_count }) => current_packet_count === 6);
    ip('link', 'delete', 'dev', cable.iface);
    const status = await until(session_id, ({ is_capturing }) => !is_capturing);
    expect(status).toMatchObject({
      status: 'stopped',
      stop_reason: 'interface_removed',
      analysis: { total_packets: 6, partial: true },
    });
    expect(status.problem).toBeTruthy();
  });

  test('it ends by itself after its duration, and at its limit of packets', async () => {
    const timed = await start({ duration: 1 });
    await send(2);
    expect(await until(timed.session_id, ({ is_capturing }) => !is_capturing)).toMatchObject({
      status: 'completed',
      stop_reason: 'duration',
      analysis: { total_packets: 2 },
    });
    const limited = await start({ max_packets: 10 });
    await send(25);
    expect(await until(limited.session_id, ({ is_capturing }) => !is_capturing)).toMatchObject({
      status: 'completed',
      stop_reason: 'limit',
      analysis: { total_packets: 10 },
    });
  });

  test('a full disk ends the capture, and what was saved is whole', async () => {
    const place = mkdtempSync(path.join(tmpdir(), 'netsonde-full-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'netsonde-test', place]);
    try {
      const full = openLab({ helper: await openHelper(), captureFolder: place });
      const { session_id } = await start({ save: true }, full);
      await send(700, Buffer.alloc(1_400));
      const status = await until(session_id, ({ is_capturing }) => !is_capturing, full);
      expect(status.stop_reason).toBe('disk_full');
      const { analysis } = readCapture(readFileSync(status.saved_file ?? ''));
      expect(analysis.packets).toBeGreaterThan(100);
      await full.engine.stop();
    } finally {
      await run('umount', [place]);
      rmSync(place, { recursive: true, force: true });
    }
  });

  test('four run at once, the fifth is told when the next may start', async () => {
    const running = await Promise.all(Array.from({ length: 4 }, () => start()));
    expect(await refusal('start_packet_capture', { target: '9', interface: cable.iface })).toBe('busy');
    await Promise.all(running.map(({ session_id }) => stop(session_id)));
    await stop((await start()).session_id);
  });

  test('a second stop gives the same report and says so; an unknown one names what there is', async () => {
    const { session_id } = await start();
    await send(2);
    const first = await stop(session_id);
    const again = await lab.call('stop_packet_capture', { session_id });
    expect(again).toMatchObject({ success: true, message: expect.stringContaining('had ended before') });
    expect(again.data.analysis).toEqual(first.analysis);
    expect(await refusal('get_capture_status', { session_id: 'nothing' })).toBe('not_found');
  });

  test.each([
    [{ target: 'host a or host b' }, 'invalid_argument'],
    [{ target: 'port 1-65535)' }, 'invalid_argument'],
    [{ target: '-w /etc/x' }, 'invalid_argument'],
    [{ target: '-z sh', mode: 'domain' }, 'invalid_argument'],
    [{ target: '80', mode: 'Auto' }, 'invalid_argument'],
    [{ target: '80', mode: '__proto__' }, 'invalid_argument'],
    [{ target: '80', duration: 0 }, 'invalid_argument'],
    [{ target: '80', duration: -1 }, 'invalid_argument'],
    [{ target: '80', duration: 3_601 }, 'invalid_argument'],
    [{ target: '80', duration: 'forever' }, 'invalid_argument'],
    [{ target: '80', filter: '-w/tmp/x' }, 'invalid_argument'],
    [{ target: '80', filter: 'port 1) or (port 2' }, 'invalid_argument'],
    [{ target: '80', filter: 'no such word' }, 'invalid_argument'],
    [{ target: '80', trigger: 'whenever' }, 'invalid_argument'],
    [{ target: '80', interface: 'nosuch0' }, 'not_found'],
    [{ target: '80', unknown: true }, 'invalid_argument'],
    [{ target: 'nosuch.invalid' }, 'unreachable'],
  ])('%j is refused as %s, and nothing starts', async (input, code) => {
    expect(await refusal('start_packet_capture', input)).toBe(code);
  });

  test('without a helper a program captures, and the source says so', async () => {
    const bare = openLab();
    try {
      const started = await start({}, bare);
      expect(started.source).toMatchObject({ backend: expect.stringMatching(/^(dumpcap|tcpdump)$/) });
      await send(9);
      await until(started.session_id, ({ current_packet_count }) => current_packet_count === 9, bare);
      const { analysis } = await stop(started.session_id, bare);
      expect(analysis?.total_packets).toBe(9);
      expect(analysis?.capture.received).toBeGreaterThanOrEqual(9);
    } finally {
      await bare.engine.stop();
    }
  });

  test('a file in the capture folder is analysed, one elsewhere is not', async () => {
    const { session_id } = await start({ save: true });
    await send(3);
    const { saved_file } = await stop(session_id);
    const name = path.basename(saved_file ?? '');
    expect(await ask('analyze_capture_file', { path: name })).toMatchObject({ total_packets: 3, file: name, partial: false });
    mkdirSync(path.join(folder, 'inside'));
    await run('ln', ['-s', '/etc/passwd', path.join(folder, 'inside', 'link')]);
    for (const elsewhere of ['/etc/passwd', '../../../etc/passwd', 'inside/link', 'a\u0000.pcap'])
      expect(await refusal('analyze_capture_file', { path: elsewhere })).toBe('permission_denied');
    expect(await refusal('analyze_capture_file', { path: 'missing.pcap' })).toBe('not_found');
    expect(await refusal('analyze_capture_file', {})).toBe('invalid_argument');
  });

  test('a helper that is killed ends the capture with what it had', async () => {
    const { session_id } = await start();
    await send(4);
    await until(session_id, ({ current_packet_count }) => current_packet_count === 4);
    // The helper of a capture is a process of its own: the youngest child with its name.
    const { stdout } = await run('pgrep', ['-n', '-P', String(process.pid), '-f', 'netsonde-helper']);
    process.kill(Number(stdout), 'SIGKILL');
    const status = await until(session_id, ({ is_capturing }) => !is_capturing);
    expect(status).toMatchObject({ stop_reason: 'helper_lost', analysis: { total_packets: 4, partial: true } });
  });

  test('the end of the engine ends a capture, and leaves no process', async () => {
    const own = openLab({ helper: await openHelper() });
    await start({}, own);
    await own.engine.stop();
    const helpers = async (): Promise<number> => {
      const { stdout } = await run('pgrep', ['-P', String(process.pid), '-f', 'netsonde-helper']).catch(() => ({ stdout: '' }));
      return stdout.trim().split('\n').length;
    };
    // One of the lab that still runs.
    await expect.poll(helpers).toBe(1);
  });
});

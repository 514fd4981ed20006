import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findHelper, INSTALLED_HELPER, SERVICE_SOCKET } from '../../src-main/helper/find-helper';
import { COMMAND, createFrameReader, encodeFrame, type Frame, REPLY } from '../../src-main/helper/frames';
import { HELPER_GROUP, installHelper, uninstallHelper } from '../../src-main/helper/install-helper';
import { probePath } from '../../src-main/helper/probe';
import { CAN_MAKE_NETWORKS, makeCable, printed, type TestCable, WHY_SKIPPED } from '../support/network';
import { makeWorkload, type Workload } from '../support/workload';
import { BUILT_HELPER } from './helper-lab';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');
const NODE = process.execPath;

interface Envelope {
  success: boolean;
  data: Record<string, unknown> & { source: { backend: string; degraded: boolean; remedies: { hint: string }[] } };
  error?: { code: string; hint: string };
}

/** A system where somebody installed Netsonde's helper already is left alone. */
const OWN_SYSTEM = CAN_MAKE_NETWORKS && !existsSync(INSTALLED_HELPER) && !existsSync(SERVICE_SOCKET);

describe.skipIf(!OWN_SYSTEM)(`the helper for users who are not root (${WHY_SKIPPED}, and none installed)`, () => {
  const user = `nsu${process.pid % 100_000}`;
  const stranger = `nsx${process.pid % 100_000}`;
  let folder: string;
  let workload: Workload;
  let cable: TestCable;

  beforeAll(async () => {
    [workload, cable] = await Promise.all([makeWorkload(), makeCable()]);
    for (const name of [user, stranger]) await run('useradd', ['--no-create-home', '--shell', '/bin/sh', name]);
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-user-'));
    // The build where a user who is not root may read it, whatever folder this checkout lies in.
    cpSync(path.join(ROOT, 'out/main'), path.join(folder, 'out/main'), { recursive: true });
    cpSync(path.join(ROOT, 'out/renderer'), path.join(folder, 'out/renderer'), { recursive: true });
    cpSync(NODE, path.join(folder, 'node'));
    await run('chmod', ['-R', 'a+rX', folder]);
    chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    await uninstallHelper();
  });
  afterAll(async () => {
    await cable.remove();
    workload.remove();
    for (const name of [user, stranger]) await run('userdel', [name]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** argv of the command line as that user, in a home of its own. */
  async function netsonde(name: string, ...args: string[]): Promise<string[]> {
    const home = path.join(folder, `home-${name}`);
    await run('install', ['-d', '-o', name, home]);
    const program = [path.join(folder, 'node'), path.join(folder, 'out/main/cli.js')];
    return ['-u', name, '--', 'env', `NETSONDE_HOME=${home}`, `HOME=${home}`, 'LANG=C', ...program, ...args];
  }

  /** One tool call of that user: of the server that runs in its home, else in an engine of its own. */
  async function call(name: string, tool: string, input: unknown): Promise<Envelope> {
    const argv = await netsonde(name, '--json', 'call', tool, JSON.stringify(input));
    const { stdout } = await run('runuser', argv).catch((thrown: { stdout: string }) => thrown); // exit code 1: the envelope says why
    return JSON.parse(stdout) as Envelope; // what --json promises
  }

  test('installed once, a member of the group sees kernel events, other users’ sockets and exact packet rates', async () => {
    await installHelper({ built: BUILT_HELPER, service: false, user });
    expect((await run('getcap', [INSTALLED_HELPER])).stdout).toMatch(/cap_net_admin,cap_net_raw,cap_perfmon,cap_bpf=ep/);

    const listener = cable.start([workload.named('rootowned'), 'tcp-serve', '4480']);
    await printed(listener, /ready/);
    expect(await call(user, 'query_network_connections', { process_name: 'rootowned' })).toMatchObject({
      success: true,
      data: { connections: [{ pid: listener.pid, user: 'root' }], source: { backend: 'eBPF', degraded: false } },
    });
    expect(
      await call(user, 'network-monitor', { network_operation: 'incoming', interface: cable.iface, duration: 1 }),
    ).toMatchObject({
      data: { method: 'xdp' },
    });
    expect(await call(user, 'get_status', {})).toMatchObject({
      data: { running_as_root: false, privileges: 'capabilities', helper: { state: 'ready', way: 'capabilities' } },
    });
  });

  test('pkexec tells the number of the user who asked; of a user who is not there nothing is installed', async () => {
    const uid = (await run('id', ['-u', user])).stdout.trim();
    await installHelper({ built: BUILT_HELPER, service: false, user: uid });
    expect((await run('id', ['-nG', user])).stdout).toContain(HELPER_GROUP);
    await uninstallHelper();
    await expect(installHelper({ built: BUILT_HELPER, service: false, user: 'nobody-here' })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(existsSync(INSTALLED_HELPER)).toBe(false);
  });

  test('and the history of what processes tried, and each packet the kernel dropped', async () => {
    await installHelper({ built: BUILT_HELPER, service: false, user });
    const server = spawn('runuser', await netsonde(user, 'serve'), { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      await printed(server, /Open http/);
      const listener = cable.start([workload.named('heard'), 'tcp-serve', '4481']);
      await printed(listener, /ready/);
      const tried = workload.named('tried');
      await run(tried, ['connect', cable.farAddress, '4481', '4']);
      await run(tried, ['connect', cable.farAddress, '4482', '3']);
      await printed(cable.start([workload.named('thrown'), 'udp-send', cable.address, '4483', '500', '100']), /sent 500/);
      expect(await call(user, 'get_network_summary', { process_name: 'tried' })).toMatchObject({
        success: true,
        data: { count: 7, succeeded: 4, failed: { ECONNREFUSED: 3 }, source: { degraded: false } },
      });
      expect(
        await call(user, 'list_packet_drops', { query: `host:${cable.address} port:4483`, reason: 'NO_SOCKET' }),
      ).toMatchObject({
        success: true,
        data: { total: 5 },
      });
    } finally {
      server.kill('SIGTERM');
      await once(server, 'close');
    }
  });

  test('uninstalled, the same calls answer with less, and say what to do', async () => {
    await installHelper({ built: BUILT_HELPER, service: false, user });
    await uninstallHelper();
    expect(existsSync(path.dirname(INSTALLED_HELPER))).toBe(false);
    expect(readFileSync('/etc/group', 'utf8')).not.toContain(`\n${HELPER_GROUP}:`);
    const reply = await call(user, 'query_network_connections', {});
    expect(reply).toMatchObject({ success: true, data: { source: { degraded: true } } });
    expect(reply.data.source.backend).not.toBe('eBPF');
    expect(await call(user, 'list_connections', {})).toMatchObject({ success: false, data: null });
  });

  test('somebody outside the group gets nothing of it', async () => {
    await installHelper({ built: BUILT_HELPER, service: false, user });
    const reply = await call(stranger, 'query_network_connections', {});
    expect(reply.data.source).toMatchObject({ degraded: true });
    expect(await call(stranger, 'get_status', {})).toMatchObject({
      data: { helper: { state: 'unavailable', reason: expect.stringContaining('installed, but') as unknown } },
    });
    await expect(run('runuser', ['-u', stranger, '--', INSTALLED_HELPER, 'version'])).rejects.toThrow(/Permission denied/);
  });

  test('a copy that others may change refuses to use its capabilities', async () => {
    await installHelper({ built: BUILT_HELPER, service: false, user });
    chmodSync(INSTALLED_HELPER, 0o770);
    await run('setcap', ['cap_bpf,cap_perfmon=ep', INSTALLED_HELPER]);
    await expect(run('runuser', ['-u', user, '--', INSTALLED_HELPER, 'version'])).resolves.toBeDefined();
    const child = spawn('runuser', ['-u', user, '--', INSTALLED_HELPER], { stdio: ['pipe', 'pipe', 'pipe'] });
    const complaint = printed(child, /can be changed by others/);
    const ended = once(child, 'close');
    await complaint;
    expect((await ended)[0]).toBe(3);
  });

  test('as a service, a member of the group gets an answer and another user a refusal', async () => {
    await run('groupadd', ['--system', HELPER_GROUP]);
    await run('usermod', ['-aG', HELPER_GROUP, user]);
    const service = spawn(BUILT_HELPER, ['service'], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      await printed(service, /listening on/);
      expect(await call(user, 'get_status', {})).toMatchObject({
        data: { privileges: 'service', helper: { state: 'ready', way: 'service', at: SERVICE_SOCKET } },
      });
      const byService = findHelper({ built: '/nowhere', isRoot: false });
      expect(byService.way).toBe('service');
      expect(
        await probePath(byService, { address: '127.0.0.1', protocol: 'icmp', first_ttl: 1, last_ttl: 1, timeout_ms: 2_000 }),
      ).toMatchObject([{ outcome: 'reply', address: '127.0.0.1' }]);
      expect(await call(stranger, 'get_status', {})).toMatchObject({ data: { privileges: 'none' } });
      // The folder keeps strangers out; the socket itself refuses them too, by what the kernel says of the peer.
      chmodSync(path.dirname(SERVICE_SOCKET), 0o755);
      chmodSync(SERVICE_SOCKET, 0o666);
      const script = `require('node:net').connect('${SERVICE_SOCKET}').pipe(process.stdout)`;
      const { stdout } = await run('runuser', ['-u', stranger, '--', path.join(folder, 'node'), '-e', script], {
        encoding: 'latin1',
      });
      expect(stdout).toContain('only root and members of the group netsonde may use the helper');
    } finally {
      service.kill('SIGTERM');
      await once(service, 'close');
    }
    expect(existsSync(SERVICE_SOCKET)).toBe(false);
  });

  test('one user has 8 connections with the service at most, and the others still get theirs', async () => {
    await run('groupadd', ['--system', HELPER_GROUP]);
    await run('usermod', ['-aG', HELPER_GROUP, user]);
    const service = spawn(BUILT_HELPER, ['service'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const sockets: Socket[] = [];
    const hello = encodeFrame(COMMAND.hello, 1, Buffer.from([1, 0, 2, 0])); // mode attach: loads nothing
    /** The first frame that answers a connection of root. */
    const greet = (): Promise<number> =>
      new Promise(resolve => {
        const socket = connect(SERVICE_SOCKET);
        sockets.push(socket);
        socket.on('error', () => resolve(REPLY.error)); // refused, and closed before the hello was written
        socket.on(
          'data',
          createFrameReader(({ type }) => resolve(type)),
        );
        socket.write(hello);
      });
    try {
      await printed(service, /listening on/);
      for (let number = 0; number < 8; number++) expect(await greet()).toBe(REPLY.hello);
      expect(await greet()).toBe(REPLY.error);
      expect(await call(user, 'get_status', {})).toMatchObject({ data: { helper: { state: 'ready', way: 'service' } } });
      // A place is free again once its process has ended.
      sockets[0]?.destroy();
      await expect.poll(greet).toBe(REPLY.hello);
    } finally {
      for (const socket of sockets) socket.destroy();
      service.kill('SIGTERM');
      await once(service, 'close');
    }
  });

  test('the service lives on after a peer that sends nonsense, and serves the next one', async () => {
    await run('groupadd', ['--system', HELPER_GROUP]);
    const service = spawn(BUILT_HELPER, ['service'], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      await printed(service, /listening on/);
      const nonsense = [
        Buffer.from([255, 255, 255, 255, 1, 0, 1, 0]), // 4 GB
        Buffer.from('GET / HTTP/1.1\r\n\r\n'),
        encodeFrame(COMMAND.sockets, 1), // before HELLO
        encodeFrame(COMMAND.hello, 1, Buffer.from([9, 9, 1, 0])), // another protocol
        encodeFrame(COMMAND.hello, 1, Buffer.from([1, 0, 7, 0])), // no such mode
        Buffer.from([4, 0]), // cut short
      ];
      for (const bytes of nonsense) {
        const frames: Frame[] = [];
        const read = createFrameReader(frame => frames.push({ ...frame }));
        const socket = connect(SERVICE_SOCKET);
        socket.on('data', read);
        socket.on('error', () => {}); // closed with bytes unread: a reset, and `close` follows
        const closed = new Promise(resolve => socket.once('close', resolve)); // once() would take the reset for a failure
        socket.end(bytes);
        await closed;
        expect(frames.every(({ type }) => type === REPLY.error)).toBe(true);
      }
      const socket = connect(SERVICE_SOCKET);
      const ready = new Promise<void>(resolve => {
        socket.on(
          'data',
          createFrameReader(({ type }) => type === REPLY.ready && resolve()),
        );
      });
      socket.write(encodeFrame(COMMAND.hello, 1, Buffer.from([1, 0, 1, 0])));
      await ready;
      socket.destroy();
    } finally {
      service.kill('SIGTERM');
      await once(service, 'close');
    }
  });
});

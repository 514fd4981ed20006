import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLocalHost } from '../../src-main/engine/hosts/local-host';
import type { StreamMap } from '../../src-shared/bridge';
import type { InterfaceList, InterfaceSample } from '../../src-shared/model/interface';
import type { InterfaceTraffic, TopConnectionsEvent } from '../../src-shared/model/traffic';
import { CAN_MAKE_NETWORKS, makeCable, type TestCable, WHY_SKIPPED } from '../support/network';
import { ip, kernelBytes, type Lab, openLab } from './engine-lab';

let lab: Lab;
beforeAll(() => {
  lab = openLab();
});
afterAll(() => lab.engine.stop());

async function measure(iface: string, during?: () => Promise<void>, from = lab): Promise<InterfaceTraffic> {
  let begun = false;
  let work: Promise<void> | undefined;
  const reply = await from.call(
    'get_interface_traffic',
    { iface, sample_seconds: 4 },
    {
      onProgress() {
        // After the first second: the sample runs, and there is time left to see all of it.
        if (!begun) work = during?.();
        begun = true;
      },
    },
  );
  await work;
  expect(reply).toMatchObject({ success: true, message: 'Successfully obtained interface traffic data' });
  return reply.data as unknown as InterfaceTraffic;
}

/** Sends `bytes` at a steady pace over about a second, so that no queue hides them. */
async function send(socket: Socket, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(bytes / 100);
  const started = performance.now();
  await pipeline(
    Readable.from(
      (async function* () {
        for (let sent = 0; sent < 100; sent++) {
          const due = started + sent * 10;
          while (performance.now() < due) await new Promise(resolve => setImmediate(resolve));
          yield chunk;
        }
      })(),
    ),
    new Writable({ write: (data, _encoding, done) => void socket.write(data, done) }),
  );
}

/** 1,000 bytes each, to the discard port. */
async function sendDatagrams(address: string, count: number): Promise<void> {
  const socket = createSocket('udp4');
  for (let sent = 0; sent < count; sent++) {
    await new Promise<void>((resolve, reject) =>
      socket.send(Buffer.alloc(1_000), 9, address, error => (error ? reject(error) : resolve())),
    );
  }
  socket.close();
}

const MEGABYTES = 8;

test('loopback: a known number of bytes is measured within 5 % of the kernel counters and put to its process', async () => {
  const server = createServer(socket => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1'); // TCP servers have an AddressInfo
  await once(socket, 'connect');
  const before = kernelBytes('lo');
  const found = await measure('lo', () => send(socket, MEGABYTES * 1e6));
  const counted = kernelBytes('lo');

  expect(found.total_stats.tx_total).toBeGreaterThan(MEGABYTES);
  expect(found.total_stats.tx_total / ((counted.tx - before.tx) / 1e6)).toBeCloseTo(1, 1);
  expect(found.total_stats.tx_rate_avg).toBeCloseTo((found.total_stats.tx_total * 8) / 4, 0);
  expect(found.series).toHaveLength(4);
  const own = found.top_connections.filter(({ source, destination }) =>
    [source, destination].includes(`127.0.0.1:${socket.localPort}`),
  );
  expect(own[0]).toMatchObject({ protocol: 'TCP', pid: process.pid, program: 'node', attribution: 'exact' });
  const [seen] = own.map(({ tx_total, rx_total }) => Math.max(tx_total, rx_total));
  expect((seen ?? 0) / MEGABYTES).toBeCloseTo(1, 1);
  expect(found.unattributed_share).toBeLessThan(0.2);
  socket.destroy();
  server.close();
});

test('the live top connections name the process and the rate', async () => {
  const server = createServer(socket => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1'); // TCP servers have an AddressInfo
  await once(socket, 'connect');
  const events: TopConnectionsEvent[] = [];
  const stop = lab.engine.subscribe('top_connections', { interface: 'lo' }, event => events.push(event as TopConnectionsEvent)); // this stream's event
  await expect.poll(() => events.length, { timeout: 5_000 }).toBeGreaterThan(0);
  await send(socket, 4e6);
  const mine = `127.0.0.1:${socket.localPort}`;
  await expect
    .poll(() => events.flatMap(({ connections }) => connections).find(({ source, tx_rate }) => source === mine && tx_rate > 1), {
      timeout: 5_000,
    })
    .toMatchObject({ pid: process.pid, program: 'node', protocol: 'TCP' });
  stop();
  socket.destroy();
  server.close();
});

test.each([
  ['eth0;id', 'invalid_argument'],
  ['eth0|cat /etc/passwd', 'invalid_argument'],
  ['$(touch /tmp/netsonde-canary)', 'invalid_argument'],
  ['-w', 'not_found'],
  ['abcdefghijklmnop', 'invalid_argument'],
  ['', 'invalid_argument'],
  ['..', 'invalid_argument'],
  ['a/b', 'invalid_argument'],
  ['eth0\u0000', 'invalid_argument'],
  ['eth0\r\n', 'invalid_argument'],
  ['\u202eeth0', 'invalid_argument'],
  ['ｅｔｈ０', 'invalid_argument'],
])('the interface name %j is refused as %s', async (iface, code) => {
  expect(await lab.call('get_interface_traffic', { iface, sample_seconds: 3 })).toMatchObject({
    success: false,
    data: null,
    error: { code },
  });
  expect(existsSync('/tmp/netsonde-canary')).toBe(false);
});

test('an unknown interface is answered with those that exist', async () => {
  const reply = await lab.call('get_interface_traffic', { iface: 'nosuch0' });
  expect(reply.message).toMatch(/^Local interface nosuch0 does not exist, available interfaces: .*lo/);
});

test.each([Number.NaN, 1e9, 0, '5s', 3.5, 2, 31, -0, null])('sample_seconds %s is refused', async sample_seconds => {
  expect(await lab.call('get_interface_traffic', { iface: 'lo', sample_seconds })).toMatchObject({
    success: false,
    message: 'Sample duration must be an integer between 3-30 seconds',
    error: { code: 'invalid_argument' },
  });
});

test('a cancelled measurement ends at once with what was got before', async () => {
  const controller = new AbortController();
  const reply = await lab.call(
    'get_interface_traffic',
    { iface: 'lo', sample_seconds: 30 },
    { signal: controller.signal, onProgress: () => controller.abort() },
  );
  expect(reply).toMatchObject({
    success: false,
    error: { code: 'cancelled' },
    data: { partial: true, seconds: 1, total_stats: { interface: 'lo' } },
  });
});

/** iftop ends with the next packet after its time: a byte now and then until the measurement is over. */
async function withTrickle<Result>(socket: Socket, work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => socket.write('.'), 50);
  return work().finally(() => clearInterval(timer));
}

describe.skipIf(!CAN_MAKE_NETWORKS)(`in namespaces (${WHY_SKIPPED})`, () => {
  const cables: TestCable[] = [];
  const sinks = new Set<ChildProcess>();
  // Also after a test that failed: a child that lives on holds the runner.
  afterEach(async () => {
    await Promise.all([...sinks].map(child => new Promise(resolve => (child.once('close', resolve), child.kill('SIGKILL')))));
    sinks.clear();
  });
  afterAll(() => Promise.all(cables.map(cable => cable.remove())));
  const plugIn = async (...args: Parameters<typeof makeCable>): Promise<TestCable> => {
    const cable = await makeCable(...args);
    cables.push(cable);
    return cable;
  };

  /** A sink in the far namespace that prints its port when it listens. */
  async function sink(cable: TestCable, address = cable.farAddress): Promise<{ child: ChildProcess; port: number }> {
    const script = `require('net').createServer(s=>s.resume()).listen(0,'${address}',function(){console.log(this.address().port)})`;
    const child = spawn('ip', ['netns', 'exec', cable.namespace, process.execPath, '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    sinks.add(child);
    child.once('close', () => sinks.delete(child));
    const [line] = (await once(child.stdout, 'data')) as [Buffer]; // a pipe gives buffers
    return { child, port: Number(String(line)) };
  }

  test('a link: bytes sent are measured within 5 % of the kernel counters, by iftop and without it', async () => {
    const cable = await plugIn();
    const { child, port } = await sink(cable);
    const without = openWithout('iftop');
    for (const [which, backend] of [
      [lab, 'iftop'],
      [openWithout('iftop'), 'tcp_info'],
    ] as const) {
      const socket = connect(port, cable.farAddress);
      await once(socket, 'connect');
      const before = kernelBytes(cable.iface);
      const found = await withTrickle(socket, () => measure(cable.iface, () => send(socket, MEGABYTES * 1e6), which));
      const counted = kernelBytes(cable.iface);
      expect(found.source.backend).toBe(`/proc/net/dev + ${backend}`);
      const ratio = found.total_stats.tx_total / ((counted.tx - before.tx) / 1e6);
      expect(ratio).toBeGreaterThan(0.95);
      expect(ratio).toBeLessThan(1.05);
      const own = found.top_connections.find(({ source }) => source === `${cable.address}:${socket.localPort}`);
      expect(own).toMatchObject({
        protocol: 'TCP',
        destination: `${cable.farAddress}:${port}`,
        pid: process.pid,
        program: 'node',
      });
      expect((own?.tx_total ?? 0) / MEGABYTES).toBeGreaterThan(0.95);
      expect((own?.tx_total ?? 0) / MEGABYTES).toBeLessThan(1.06);
      expect(found.unattributed_share).toBeLessThan(0.1);
      socket.destroy();
    }
    child.kill();
    await without.engine.stop();
  });

  test('IPv6 ends longer than the column of iftop are shown whole, with port and process', async () => {
    const cable = await plugIn();
    const prefix = 'fd00:1111:2222:3333:4444:5555';
    const [near, far] = [`${prefix}:6666:1`, `${prefix}:66:2`];
    ip('addr', 'add', `${near}/64`, 'dev', cable.iface, 'nodad');
    ip('-n', cable.namespace, 'addr', 'add', `${far}/64`, 'dev', 'far0', 'nodad');
    const { child, port } = await sink(cable, far);
    const socket = connect(port, far);
    await once(socket, 'connect');
    const found = await withTrickle(socket, () => measure(cable.iface, () => send(socket, MEGABYTES * 1e6)));
    expect(found.source.backend).toBe('/proc/net/dev + iftop');
    expect(found.top_connections.find(({ tx_total }) => tx_total > MEGABYTES / 2)).toMatchObject({
      protocol: 'TCP6',
      source: `[${near}]:${socket.localPort}`,
      destination: `[${far}]:${port}`,
      pid: process.pid,
      attribution: 'exact',
    });
    socket.destroy();
    child.kill();
  });

  test('an idle link: zeros, as a success, within a second after the sample', async () => {
    const cable = await plugIn({ quiet: true });
    const started = performance.now();
    const found = await measure(cable.iface);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(found).toMatchObject({
      total_stats: { tx_total: 0, rx_total: 0, tx_rate_avg: 0, rx_rate_avg: 0, tx_packets: 0, rx_packets: 0 },
      top_connections: [],
      unattributed_share: 0,
    });
    expect(found.series.map(({ tx_rate }) => tx_rate)).toEqual([0, 0, 0, 0]);
  });

  /** Whether an iftop runs on an interface. It waits for a packet, and there is none: it would wait for ever. */
  const iftopRuns = (iface: string): boolean =>
    readdirSync('/proc').some(entry => {
      try {
        const argv = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
        return argv[0] === 'iftop' && argv.includes(iface);
      } catch {
        return false; // no process, or gone
      }
    });

  test('iftop ends with the call that is cancelled, and with a Netsonde that is killed', async () => {
    const cable = await plugIn({ quiet: true });
    const cancel = new AbortController();
    const reply = lab.call('get_interface_traffic', { iface: cable.iface, sample_seconds: 30 }, { signal: cancel.signal });
    await expect.poll(() => iftopRuns(cable.iface)).toBe(true);
    cancel.abort();
    expect(await reply).toMatchObject({ success: false, error: { code: 'cancelled' } });
    await expect.poll(() => iftopRuns(cable.iface)).toBe(false);

    const home = mkdtempSync(join(tmpdir(), 'netsonde-traffic-'));
    const command = [join(import.meta.dirname, '../../out/main/cli.js'), 'traffic', cable.iface, '--seconds', '30'];
    // Without the helper, which would leave iftop nothing to do.
    const env = { ...process.env, NETSONDE_HOME: home, NETSONDE_HELPER: '/nonexistent' };
    const netsonde = spawn(process.execPath, command, { env, stdio: 'ignore' });
    await expect.poll(() => iftopRuns(cable.iface), { timeout: 10_000 }).toBe(true);
    netsonde.kill('SIGKILL');
    await once(netsonde, 'exit');
    await expect.poll(() => iftopRuns(cable.iface)).toBe(false);
    rmSync(home, { recursive: true });
  });

  test.each(['a$(id)', '-w', 'x;id', '=1+1', '__proto__', 'a\u3000b', '\u2028'])(
    'a real interface named %s is listed and measured, and does nothing else',
    async name => {
      const cable = await plugIn({ iface: name });
      const list = (await lab.call('list_network_interfaces')).data as unknown as InterfaceList;
      expect(list.interfaces).toContain(name);
      const found = await measure(name, () => sendDatagrams(cable.farAddress, 40));
      expect(found.total_stats.interface).toBe(name);
      expect(found.total_stats.tx_packets).toBeGreaterThanOrEqual(40);
      expect(found.total_stats.tx_total).toBeGreaterThanOrEqual(0.04);
      expect(found.source.backend).toMatch(/iftop|tcp_info/);
      await cable.remove();
      cables.splice(cables.indexOf(cable), 1);
    },
  );

  test('a renamed interface keeps its history; one that is made again under the old name has its own', async () => {
    const cable = await plugIn();
    const first = `nsr${process.pid % 10_000}`;
    const indexOf = async (name: string): Promise<number | null | undefined> =>
      ((await lab.call('list_network_interfaces')).data as unknown as InterfaceList).details.find(each => each.name === name)
        ?.index;
    const latest = new Map<string, InterfaceSample>();
    const stop = lab.engine.subscribe('interface_sample', { interface: null }, event => {
      for (const sample of (event as StreamMap['interface_sample']['event']).samples)
        latest.set(`${sample.interface} ${sample.index}`, sample); // this stream's event
    });
    const index = await indexOf(cable.iface);
    await expect.poll(() => latest.has(`${cable.iface} ${index}`), { timeout: 5_000 }).toBe(true);

    ip('link', 'set', 'dev', cable.iface, 'down');
    ip('link', 'set', 'dev', cable.iface, 'name', first);
    await expect.poll(() => latest.has(`${first} ${index}`), { timeout: 5_000 }).toBe(true);
    expect(latest.get(`${first} ${index}`)?.rx_rate_bps).not.toBeNull();
    const snapshot: InterfaceSample[] = [];
    lab.engine.subscribe('interface_sample', { interface: first }, event => {
      snapshot.push(...(event as StreamMap['interface_sample']['event']).samples); // this stream's event
    })();
    expect(snapshot.length).toBeGreaterThan(1);
    expect(new Set(snapshot.map(sample => `${sample.interface} ${sample.index}`))).toEqual(new Set([`${first} ${index}`]));

    ip('link', 'del', 'dev', first);
    ip('link', 'add', 'name', first, 'type', 'veth', 'peer', 'name', 'far1', 'netns', cable.namespace);
    const again = await indexOf(first);
    expect(again).not.toBe(index);
    await expect.poll(() => latest.has(`${first} ${again}`), { timeout: 5_000 }).toBe(true);
    expect([...latest.values()].some(({ rx_rate_bps }) => (rx_rate_bps ?? 0) < 0)).toBe(false);
    ip('link', 'del', 'dev', first);
    stop();
  });

  test('an interface that disappears during a measurement is told, and the engine goes on', async () => {
    const cable = await plugIn();
    const reply = await lab.call(
      'get_interface_traffic',
      { iface: cable.iface, sample_seconds: 4 },
      {
        onProgress({ done }) {
          if (done < 0.3) ip('link', 'del', 'dev', cable.iface);
        },
      },
    );
    expect(reply).toMatchObject({ success: true });
    expect(JSON.stringify(reply.data.source)).toContain('the interface was away during the sample');
    expect((await lab.call('list_network_interfaces')).success).toBe(true);
  });
});

/** This machine as if one program were not installed. */
function openWithout(missing: string): Lab {
  const host = createLocalHost();
  return openLab({
    host: {
      ...host,
      exec: (argv, options) => host.exec(argv[0] === missing ? ['netsonde-no-such-program'] : argv, options),
    },
  });
}

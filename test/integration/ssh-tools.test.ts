import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KnownHosts } from '../../src-main/engine/hosts/ssh/known-hosts';
import type { Caller } from '../../src-main/engine/tool';
import type { ConnectionList } from '../../src-shared/model/connection';
import { type HostProfile, hostProfile } from '../../src-shared/model/host';
import type { InterfaceList } from '../../src-shared/model/interface';
import type { PortCheck } from '../../src-shared/model/port';
import type { InterfaceTraffic } from '../../src-shared/model/traffic';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { type Lab, openLab, type Reply } from './engine-lab';

// The remote host is this machine, reached through a real sshd: both answers are about the same kernel at the same time.

let sshd: SshLab;
let lab: Lab;
const profile = (over: Partial<HostProfile> = {}): HostProfile =>
  hostProfile.parse({
    name: 'web1',
    address: '127.0.0.1',
    port: sshd.port,
    key_file: sshd.privateKeyFile,
    agent: false,
    ...over,
  });
let hosts: HostProfile[] = [];
let knownLines = '';

beforeAll(async () => {
  sshd = await createSshLab({
    users: [{ name: 'nsplain' }, { name: 'nssudo', sudo: 'nopasswd' }],
    options: { config: ['MaxSessions 10'] },
  });
  knownLines = sshd.hostKeyLine;
  hosts = [
    profile(),
    profile({ name: 'plain', username: 'nsplain' }),
    profile({ name: 'sudoer', username: 'nssudo' }),
    profile({ name: 'helped', helper: true }),
    profile({ name: 'helped-sudoer', username: 'nssudo', helper: true }),
    profile({ name: 'helped-plain', username: 'nsplain', helper: true }),
  ];
  lab = openLab({
    remote: {
      directory: {
        list: () => hosts,
        find: name => hosts.find(each => each.name === name) ?? hosts.find(each => each.address === name),
        listen: () => () => {},
      },
      knownHosts: () => new KnownHosts(knownLines),
      secret: () => undefined,
      adHoc: () => false,
      helperFile: path.resolve(import.meta.dirname, '../../out/helper/netsonde-helper'),
    },
  });
});
afterAll(async () => {
  await lab?.engine.stop();
  await sshd?.stop();
});

async function both<Data>(name: string, input: object): Promise<[Data, Data]> {
  const here = await lab.call(name, input);
  const there = await lab.call(name, { ...input, host: 'web1' });
  expect([here.message, there.message]).toEqual([expect.not.stringContaining('rror'), expect.not.stringContaining('rror')]);
  expect(there.success).toBe(true);
  return [here.data as Data, there.data as Data];
}

async function listening(host = '127.0.0.1'): Promise<{ server: Server; port: number; accepted: Socket[] }> {
  const accepted: Socket[] = [];
  const server = createServer(socket => accepted.push(socket)).listen({ host, port: 0 });
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, accepted }; // TCP servers have an AddressInfo
}

describe('each tool answers about a remote host as about this machine', () => {
  test('interfaces, field by field', async () => {
    const [here, there] = await both<InterfaceList>('list_network_interfaces', {});
    const still = ({ details, ...rest }: InterfaceList) => ({
      interfaces: rest.interfaces,
      default: rest.default,
      details: details.map(({ since_boot: _counters, ...detail }) => detail),
    });
    expect(still(there)).toEqual(still(here));
    expect(there.source).toMatchObject({ rtt_ms: expect.any(Number) });
    expect(here.source).toMatchObject({ rtt_ms: null });
  });

  test('23 connections with pid, program and user', async () => {
    const { server, port, accepted } = await listening();
    const clients = await Promise.all(
      Array.from({ length: 23 }, async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      }),
    );
    await expect.poll(() => accepted.length).toBe(23);
    const [here, there] = await both<ConnectionList>('query_network_connections', { query: `port:${port}` });
    expect(there.connection_count).toBe(47);
    const rows = (list: ConnectionList) =>
      list.connections
        .map(({ age_s: _age, rtt_ms: _rtt, ...row }) => row)
        .sort((a, b) => (a.local_port ?? 0) - (b.local_port ?? 0) || (a.foreign_port ?? 0) - (b.foreign_port ?? 0));
    expect(rows(there)).toEqual(rows(here));
    expect(there.connections.every(({ pid }) => pid === process.pid)).toBe(true);
    for (const socket of [...clients, ...accepted]) socket.destroy();
    server.close();
  });

  test('who holds a port, and that one is free', async () => {
    const { server, port } = await listening();
    const [here, there] = await both<PortCheck>('check_port_occupation', { port });
    expect(there).toMatchObject({
      is_occupied: true,
      occupations: [{ pid: process.pid, program: here.occupations[0]?.program }],
    });
    const { host: _here, source: _ours, ...ours } = here;
    const { host: _there, source: _theirs, ...theirs } = there;
    expect(theirs).toEqual(ours);
    server.close();
    await once(server, 'close');
    const [, free] = await both<PortCheck>('check_port_occupation', { port });
    expect(free.is_occupied).toBe(false);
  });

  test('traffic of an interface: the rate of its counters, and the connection that makes it', async () => {
    const { server, port, accepted } = await listening();
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    await expect.poll(() => accepted.length).toBe(1);
    accepted[0]?.resume();
    const chunk = Buffer.alloc(64 * 1024);
    const sending = setInterval(() => client.write(chunk), 20); // about 3.3 MB/s
    const before = loBytes();
    const started = performance.now();
    const reply = await lab.call('get_interface_traffic', { iface: 'lo', sample_seconds: 3, host: 'web1' });
    const seconds = (performance.now() - started) / 1_000;
    const grown = loBytes() - before;
    clearInterval(sending);
    const data = reply.data as unknown as InterfaceTraffic;
    expect(reply.message).toBe('Successfully obtained interface traffic data');
    const mbps = (grown * 8) / seconds / 1e6;
    expect(data.total_stats.rx_rate_avg).toBeGreaterThan(mbps * 0.7);
    expect(data.total_stats.rx_rate_avg).toBeLessThan(mbps * 1.3);
    expect(data.top_connections.some(row => `${row.source}${row.destination}`.includes(`:${port}`))).toBe(true);
    client.destroy();
    accepted[0]?.destroy();
    server.close();
  });
});

describe('what a host without a helper cannot tell', () => {
  test('packets a second come from its counters', async () => {
    const { server, port, accepted } = await listening();
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    const sending = setInterval(() => client.write('x'), 10);
    const reply = await lab.call('network-monitor', {
      network_operation: 'incoming',
      interface: 'lo',
      duration: 2,
      host: 'web1',
    });
    clearInterval(sending);
    expect(reply, JSON.stringify(reply)).toMatchObject({ success: true, data: { method: 'counters', interface: 'lo' } });
    expect((reply.data as unknown as { packets: number }).packets).toBeGreaterThan(100);
    for (const socket of [client, ...accepted]) socket.destroy();
    server.close();
  });

  test('connections and drops by what its tables and counters differ by, from the first question on', async () => {
    expect(await lab.call('list_connections', { host: 'web1' })).toMatchObject({
      success: true,
      data: { total: 0, source: { backend: 'sampled' } },
    });
    const { server, port, accepted } = await listening();
    const clients = await Promise.all(
      Array.from({ length: 23 }, async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      }),
    );
    // Nobody has this port: each datagram is thrown away with NO_SOCKET.
    const before = noSocket(await lab.call('get_packet_drop_summary', { host: 'web1' }));
    const sender = createSocket('udp4');
    for (let i = 0; i < 23; i++) await new Promise(resolve => sender.send('x', 9, '127.0.0.1', resolve));
    sender.close();
    await expect
      .poll(async () => noSocket(await lab.call('get_packet_drop_summary', { host: 'web1' })) - before, { timeout: 5_000 })
      .toBeGreaterThanOrEqual(23);
    const query = `port:${port} direction:outbound`;
    await expect
      .poll(async () => (await lab.call('list_connections', { host: 'web1', query })).data, { timeout: 5_000 })
      .toMatchObject({ total: 23 });
    for (const socket of [...clients, ...accepted]) socket.destroy();
    server.close();
  });
});

const noSocket = ({ data }: Reply): number => (data.by_reason as unknown as Record<string, number>).NO_SOCKET ?? 0;

const state = async (name: string) => {
  const reply = await lab.call('list_hosts', {});
  return (reply.data as unknown as { hosts: { name: string }[] }).hosts.find(host => host.name === name);
};

describe('what an account may do', () => {
  test('root, sudo -n and a plain user see what they may, and are named', async () => {
    const { server, port } = await listening();
    const seen = async (host: string): Promise<PortCheck> =>
      (await lab.call('check_port_occupation', { port, host })).data as unknown as PortCheck;
    expect((await seen('web1')).occupations[0]?.pid).toBe(process.pid);
    expect((await seen('sudoer')).occupations[0]?.pid).toBe(process.pid);
    const plain = await seen('plain');
    expect(plain).toMatchObject({ is_occupied: true, occupations: [{ pid: null }] });
    expect(await state('web1')).toMatchObject({ state: 'ready', privilege: 'root', reason: null });
    expect(await state('sudoer')).toMatchObject({ state: 'ready', privilege: 'sudo' });
    expect(await state('plain')).toMatchObject({ state: 'degraded', privilege: 'none', reason: expect.stringContaining('sudo') });
    server.close();
  });
});

test('a token without the scope remote reaches no other machine, and is told the flag', async () => {
  const agent: Caller = { id: 'agent', door: 'mcp', scopes: new Set(['read', 'capture']), language: 'en' };
  const ask = (input: object) => lab.engine.call('list_network_interfaces', input, agent);
  expect(await ask({ host: 'web1' })).toMatchObject({
    success: false,
    error: { code: 'permission_denied', hint: expect.stringContaining('remote') },
  });
  // A host nobody configured: only where its key is known, and then too only with the scope.
  const passing = { host: '192.0.2.7', username: 'root', password: 'x' };
  expect(await ask(passing)).toMatchObject({ error: { code: 'host_not_configured' } });
  knownLines += `\n192.0.2.7 ${sshd.hostKeyLine.split('\n')[0]?.split(' ').slice(1).join(' ')}`;
  expect(await ask(passing)).toMatchObject({ error: { code: 'permission_denied' } });
  expect(await ask({ host: 'nobody-configured' })).toMatchObject({ error: { code: 'host_not_configured' } });
  expect(await ask({})).toMatchObject({ success: true });
});

describe('what goes wrong', () => {
  const failing = async (host: string): Promise<Reply> => lab.call('list_network_interfaces', { host });

  test('a host nobody configured, a key nobody knows, one that changed, a key that is refused', async () => {
    expect(await failing('elsewhere')).toMatchObject({ success: false, error: { code: 'host_not_configured' } });
    hosts = [...hosts, profile({ name: 'unknown', address: 'localhost.localdomain' }), profile({ name: 'closed', port: 1 })];
    expect(await failing('closed')).toMatchObject({
      error: { code: 'unreachable' },
      message: expect.stringContaining('refused'),
    });
    hosts.push(profile({ name: 'nokey', key_file: '/nonexistent' }));
    expect(await failing('nokey')).toMatchObject({
      error: { code: 'auth_failed' },
      message: expect.stringContaining('/nonexistent'),
    });
    knownLines = '';
    hosts.push(profile({ name: 'new' }));
    expect(await failing('new')).toMatchObject({
      error: { code: 'host_key_unknown' },
      message: expect.stringContaining(sshd.fingerprint),
    });
    knownLines = sshd.hostKeyLine;
    await sshd.changeHostKeys();
    hosts.push(profile({ name: 'changed' }));
    expect(await failing('changed')).toMatchObject({ error: { code: 'host_key_changed' } });
    knownLines = await sshd.changeHostKeys();
  });

  test('a connection that is cut fails the call with ssh_lost, and the next one connects anew', async () => {
    expect((await failing('web1')).success).toBe(true);
    const measuring = lab.call('get_interface_traffic', { iface: 'lo', sample_seconds: 10, host: 'web1' });
    await expect.poll(() => remoteTools().length).toBeGreaterThan(0);
    await sshd.cutConnections();
    const cut = await measuring;
    expect(cut, JSON.stringify(cut)).toMatchObject({ success: false, error: { code: 'ssh_lost' } });
    expect((await failing('web1')).success).toBe(true);
    await expect.poll(() => remoteTools(), { timeout: 8_000 }).toEqual([]);
  });
});

/** Programs that were started over SSH for a sample and still run. */
function remoteTools(): string[] {
  const found = spawnSyncText('pgrep', ['-fa', 'iftop -t|tcpdump -']);
  return found.split('\n').filter(Boolean);
}

function spawnSyncText(program: string, args: string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout;
}

function loBytes(): number {
  return Number(readFileSync('/sys/class/net/lo/statistics/rx_bytes', 'utf8'));
}

describe('a capture through SSH', () => {
  const listed = async (session_id: string) =>
    (await lab.call('get_capture_status', { session_id })).data as unknown as { status: string; current_packet_count: number };

  test('finds the refused port there, leaves its own connection out and nothing behind', async () => {
    const { server, port } = await listening();
    server.close();
    await once(server, 'close');
    const started = await lab.call('start_packet_capture', { target: String(port), duration: 60, host: 'web1', interface: 'lo' });
    expect(started).toMatchObject({
      success: true,
      data: { filter: expect.stringContaining(`and not (tcp and host 127.0.0.1`) },
    });
    const { session_id } = started.data as unknown as { session_id: string };
    const refused = connect(port, '127.0.0.1');
    await once(refused, 'error');
    await expect.poll(async () => (await listed(session_id)).current_packet_count).toBe(2);
    const stopped = await lab.call('stop_packet_capture', { session_id });
    const { analysis } = stopped.data as unknown as {
      analysis: { problems_detected: { id: string; severity: string }[]; total_packets: number };
    };
    const serious = analysis.problems_detected.filter(({ severity }) => severity !== 'info');
    expect(serious.map(({ id }) => id)).toEqual(['tcp-connection-refused']);
    expect(analysis.total_packets).toBe(2);
    await expect.poll(() => remoteTools()).toEqual([]);
  });

  test('by a name that the other machine resolves; sudo captures too, a plain account is told why not', async () => {
    const started = await lab.call('start_packet_capture', {
      target: 'localhost',
      duration: 60,
      host: 'sudoer',
      interface: 'lo',
    });
    expect(started).toMatchObject({ success: true, data: { resolved_addresses: expect.arrayContaining(['127.0.0.1']) } });
    const { session_id } = started.data as unknown as { session_id: string };
    await lab.call('stop_packet_capture', { session_id });
    const refused = await lab.call('start_packet_capture', { target: 'auto', host: 'plain', interface: 'lo' });
    expect(refused).toMatchObject({ success: false, error: { code: 'permission_denied' } });
    await expect.poll(() => remoteTools()).toEqual([]);
  });

  test('ends with what was seen when the connection is lost', async () => {
    const started = await lab.call('start_packet_capture', { target: 'auto', duration: 60, host: 'web1', interface: 'lo' });
    const { session_id } = started.data as unknown as { session_id: string };
    await sshd.cutConnections();
    await expect
      .poll(async () => (await lab.call('get_capture_status', { session_id })).data)
      .toMatchObject({
        is_capturing: false,
        stop_reason: 'ssh_lost',
      });
    await expect.poll(() => remoteTools(), { timeout: 8_000 }).toEqual([]);
  });

  test('cannot wait for events of a kernel that nobody watches', async () => {
    expect(await lab.call('start_packet_capture', { target: 'auto', host: 'web1', trigger: 'refused' })).toMatchObject({
      success: false,
      error: { code: 'unsupported' },
    });
  });
});

describe('a host that runs the helper of this build', () => {
  const leftovers = (): string[] =>
    ['/run', '/dev/shm', '/tmp'].flatMap(folder => readdirSync(folder).filter(name => /^netsonde\.[A-Za-z0-9]{6}$/.test(name)));

  test.each(['helped', 'helped-sudoer'])('%s tells kernel events, drops and packet rates, and keeps nothing', async host => {
    // Its history begins with the first question about it.
    expect((await lab.call('list_connections', { host })).success).toBe(true);
    const refused = connect(1, '127.0.0.1');
    await once(refused, 'error');
    const own = async () => {
      const reply = await lab.call('list_connections', { host, query: 'port:1', pid: process.pid });
      expect(reply, JSON.stringify(reply)).toMatchObject({ success: true });
      return (reply.data as unknown as { events: { result: string; program: string }[] }).events;
    };
    await expect.poll(own, { timeout: 5_000 }).toMatchObject([{ result: 'ECONNREFUSED' }]);
    expect(await lab.call('get_packet_drop_summary', { host })).toMatchObject({ success: true, data: { host } });
    const rate = await lab.call('network-monitor', { network_operation: 'incoming', interface: 'lo', duration: 1, host });
    expect(rate, JSON.stringify(rate)).toMatchObject({ success: true, data: { method: expect.stringMatching(/xdp|tc|cgroup/) } });
    expect(leftovers().length).toBeGreaterThan(0);
    await sshd.cutConnections();
    await expect.poll(leftovers, { timeout: 8_000 }).toEqual([]);
    await expect
      .poll(() => spawnSyncText('pgrep', ['-fa', 'netsonde\\.[A-Za-z0-9]{6}/netsonde-helper']), { timeout: 8_000 })
      .toBe('');
  });

  test('without root there it works as before, and says why the helper does not run', async () => {
    expect((await lab.call('list_network_interfaces', { host: 'helped-plain' })).success).toBe(true);
    const reply = await lab.call('list_connections', { host: 'helped-plain' });
    expect(reply).toMatchObject({ success: true, data: { source: { backend: 'sampled' } } });
    expect(await state('helped-plain')).toMatchObject({ abilities: expect.not.arrayContaining(['events']) });
  });
});

import { spawn } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConnectionList, SocketTableEvent } from '../../src-shared/model/connection';
import type { PortCheck } from '../../src-shared/model/port';
import { type Lab, openLab } from './engine-lab';

let lab: Lab;
beforeAll(() => {
  lab = openLab();
});
afterAll(() => lab.engine.stop());

async function query(input: unknown): Promise<ConnectionList> {
  const reply = await lab.call('query_network_connections', input);
  expect(reply.message).toMatch(/^Successfully/);
  return reply.data as unknown as ConnectionList;
}

async function check(port: number, proto: 'tcp' | 'udp' = 'tcp'): Promise<PortCheck & { message: string }> {
  const reply = await lab.call('check_port_occupation', { port, proto });
  return { ...(reply.data as unknown as PortCheck), message: reply.message };
}

async function listen(host: string, port = 0): Promise<{ server: Server; port: number; accepted: Socket[] }> {
  const accepted: Socket[] = [];
  const server = createServer(socket => accepted.push(socket)).listen({ host, port, ipv6Only: true, backlog: 4096 });
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, accepted }; // TCP servers have an AddressInfo
}

async function dial(port: number, count: number, host = '127.0.0.1'): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, host);
      await once(socket, 'connect');
      return socket;
    }),
  );
}

describe('query_network_connections', () => {
  test('23 connections: found by state while they live and in TIME_WAIT after, with pid and program', async () => {
    const { server, port, accepted } = await listen('127.0.0.1');
    const clients = await dial(port, 23);
    await expect.poll(() => accepted.length).toBe(23);

    const dialled = await query({ state: 'established', query: `rport:${port}` });
    expect(dialled).toMatchObject({
      connection_count: 23,
      total: 23,
      truncated: false,
      source: { backend: 'ss', degraded: false },
    });
    expect(dialled.connections.every(({ pid, attribution }) => pid === process.pid && attribution === 'exact')).toBe(true);
    expect(new Set(dialled.connections.map(({ program }) => program))).toEqual(new Set(['node']));
    expect(await query({ proto: 'tcp', local_port: port, state: 'LISTENING' })).toMatchObject({ connection_count: 1 });
    expect(await query({ local_port: port, pid: process.pid })).toMatchObject({ connection_count: 24 });
    expect(await query({ local_port: port, process_name: 'NODE' })).toMatchObject({ connection_count: 24 });
    expect(await query({ local_port: port, remote_ip: '127.0.0.0/8' })).toMatchObject({ connection_count: 23 });
    expect(await query({ local_port: port, pid: 1 })).toMatchObject({ connection_count: 0, connections: [] });

    const page = await query({ query: `port:${port}`, limit: 10, offset: 40 });
    expect(page).toMatchObject({ total: 47, truncated: false, next_offset: null });
    expect(page.connections).toHaveLength(7);
    expect(await query({ query: `port:${port}`, limit: 10 })).toMatchObject({ total: 47, truncated: true, next_offset: 10 });

    for (const client of clients) client.end();
    for (const socket of accepted) socket.end();
    await expect.poll(async () => (await query({ state: 'TIME-WAIT', query: `rport:${port}` })).connection_count).toBe(23);
    server.close();
  });

  test.each([
    [{ proto: 'icmp' }, 'proto must be one of'],
    [{ proto: 'TCP OR 1' }, 'proto must be one of'],
    [{ proto: 'hasOwnProperty' }, 'proto must be one of'],
    [{ proto: 'udp', state: 'LISTEN' }, 'UDP has no states'],
    [{ state: '__proto__' }, 'state must be one of'],
    [{ pid: 0 }, 'from 1 to 4194304'],
    [{ pid: 2 ** 31 }, 'from 1 to 4194304'],
    [{ pid: '1 OR 1=1' }, 'pid must be an integer'],
    [{ local_port: 65_536 }, 'from 1 to 65535'],
    [{ remote_ip: '10.0.0.0/40' }, 'remote_ip must be'],
    [{ query: 'colour:red' }, 'no field colour'],
    [{ query: 'rx>1M' }, 'rx is only in the live table'],
    [{ query: '!tx>1' }, 'tx is only in the live table'],
    [{ limit: 1_001 }, 'from 1 to 1000'],
    [{ bogus: 1 }, 'Unknown parameter bogus'],
    [{ host: '-oProxyCommand=id' }, 'host name'],
    [{ host: 'user@host' }, 'host name'],
  ])('%o is refused', async (input, message) => {
    const reply = await lab.call('query_network_connections', input);
    expect(reply).toMatchObject({ success: false, data: null, error: { code: 'invalid_argument' } });
    expect(reply.message).toContain(message);
  });

  test('an unknown host is not configured, and nothing is looked up', async () => {
    expect(await lab.call('query_network_connections', { host: 'nowhere.invalid' })).toMatchObject({
      success: false,
      message: 'Authentication config for remote host nowhere.invalid not found',
      error: { code: 'host_not_configured' },
    });
  });

  test.each(['localhost', 'nowhere.invalid'])('a password for %s is taken, and stands in no answer and no log', async host => {
    const log = vi.spyOn(console, 'error');
    const login = { host, username: 'root', password: 'hunter2-canary' };
    const replies = [
      await lab.call('query_network_connections', login),
      await lab.call('check_port_occupation', { ...login, port: 80 }),
      await lab.call('list_network_interfaces', login),
      await lab.call('get_interface_traffic', { ...login, iface: 'nosuch0' }),
      await lab.call('get_interface_traffic', { ...login, iface: 'lo', bogus: 1 }),
    ];
    expect(replies.map(({ error }) => error?.code ?? 'ok')).toEqual(
      host === 'localhost'
        ? ['ok', 'ok', 'ok', 'not_found', 'invalid_argument']
        : [...Array.from({ length: 4 }, () => 'host_not_configured'), 'invalid_argument'],
    );
    expect(JSON.stringify([replies, log.mock.calls])).not.toContain('canary');
    log.mockRestore();
  });

  const openFiles = Number(/Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  test.skipIf(openFiles < 12_000)('10,000 sockets are counted exactly, and each has its owner', async () => {
    const { server, port, accepted } = await listen('127.0.0.1');
    const clients: Socket[] = [];
    // In steps: the queue of unaccepted connections is as long as net.core.somaxconn.
    while (clients.length < 5_000) clients.push(...(await dial(port, 500)));
    await expect.poll(() => accepted.length).toBe(5_000);
    const list = await query({ query: `port:${port}`, state: 'ESTABLISHED', limit: 1_000, offset: 9_000 });
    expect(list).toMatchObject({ total: 10_000, truncated: false });
    expect(list.connections.filter(({ pid }) => pid === process.pid)).toHaveLength(1_000);
    for (const socket of [...clients, ...accepted]) socket.resetAndDestroy();
    server.close();
  });

  test('the age of a socket is known while the table is watched, and it is said when it is not', async () => {
    const { server, port } = await listen('127.0.0.1');
    const fresh = openLab();
    expect(await fresh.call('query_network_connections', { query: `port:${port} age<5` })).toMatchObject({
      data: { total: 0, source: { caveats: [expect.stringMatching(/^The age of \d+ sockets is not known/) as unknown] } },
    });
    await fresh.engine.stop();
    const readings: unknown[] = [];
    const stop = lab.engine.subscribe('socket_table', {}, event => readings.push(event));
    await expect.poll(() => readings.length).toBeGreaterThan(0);
    const [client] = await dial(port, 1);
    expect(await query({ query: `rport:${port} age<5` })).toMatchObject({
      total: 1,
      connections: [{ local_port: client?.localPort, age_s: 0 }],
    });
    stop();
    client?.end();
    server.close();
  });

  test('processes that come and go while the table is read do no harm', async () => {
    const port = 0;
    const { server, port: bound } = await listen('127.0.0.1', port);
    const script = `require('net').connect(${bound},'127.0.0.1',()=>process.exit())`;
    for (let round = 0; round < 8; round++) {
      const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
      const replies = await Promise.all([lab.call('query_network_connections', { query: `port:${bound}` }), once(child, 'exit')]);
      expect(replies[0].success).toBe(true);
    }
    server.close();
  });
});

describe('check_port_occupation', () => {
  test.each(['127.0.0.1', '::1'])('finds a TCP listener on %s with its process', async host => {
    const { server, port } = await listen(host);
    const found = await check(port);
    expect(found.message).toBe(`Local port ${port}/TCP is occupied by: node`);
    expect(found).toMatchObject({
      is_occupied: true,
      blocked_by: null,
      occupations: [
        { protocol: host.includes(':') ? 'TCP6' : 'TCP', local_ip: host, pid: process.pid, program: 'node', state: 'LISTEN' },
      ],
      source: { backend: 'ss' },
    });
    const [occupation] = found.occupations;
    expect(occupation?.command_line).toContain('node');
    expect(Math.abs(Date.parse(occupation?.started_at ?? '') - (Date.now() - process.uptime() * 1000))).toBeLessThan(2_000);
    server.close();
  });

  test.each([
    ['udp4', '127.0.0.1'],
    ['udp6', '::1'],
  ] as const)('finds a bound %s socket with its process', async (type, host) => {
    const socket: UdpSocket = createSocket({ type, ipv6Only: type === 'udp6' });
    socket.bind(0, host);
    await once(socket, 'listening');
    const { port } = socket.address();
    expect(await check(port, 'udp')).toMatchObject({
      is_occupied: true,
      occupations: [
        { protocol: type === 'udp6' ? 'UDP6' : 'UDP', local_ip: host, pid: process.pid, program: 'node', state: '-' },
      ],
    });
    expect(await check(port, 'tcp')).toMatchObject({ is_occupied: false });
    socket.close();
  });

  test('a free port is free, and what still waits on it is told', async () => {
    const { server, port, accepted } = await listen('127.0.0.1');
    const [client] = await dial(port, 1);
    await expect.poll(() => accepted.length).toBe(1);
    server.close();
    accepted[0]?.end(); // the server's end closes first, so TIME_WAIT stays on its port
    client?.end();
    await expect.poll(async () => (await check(port)).blocked_by?.reason).toBe('time_wait');
    const found = await check(port);
    expect(found).toMatchObject({ is_occupied: false, occupations: [] });
    expect(found.message).toBe(`Local port ${port}/TCP is not occupied`);
    expect(await check(9)).toMatchObject({ is_occupied: false, blocked_by: null });
  });

  test('a port nobody listens on, held by a connection that goes out: it cannot be bound, and that is told', async () => {
    const { server, port } = await listen('127.0.0.1');
    const [client] = await dial(port, 1);
    const held = client?.localPort ?? 0;
    await expect(listen('127.0.0.1', held)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const found = await check(held);
    expect(found).toMatchObject({ is_occupied: false, occupations: [], connections: 1, blocked_by: null });
    expect(found.message).toBe(`Local port ${held}/TCP is not occupied by a listener, but connections use it: 1`);
    expect(found.source.caveats).toContainEqual(expect.stringMatching(/^Connections with this local port: 1\./));
    client?.end();
    server.close();
  });

  test.each([0, -1, 65_536, '80; rm -rf /', null, undefined, '0x50', '８０', 80.5, [80], true])(
    'the port %s is refused',
    async port => {
      expect(await lab.call('check_port_occupation', port === undefined ? {} : { port })).toMatchObject({
        success: false,
        error: { code: 'invalid_argument' },
      });
    },
  );

  test('digits in a string are a port', async () => {
    expect(await lab.call('check_port_occupation', { port: '9' })).toMatchObject({ success: true, data: { check_port: 9 } });
  });
});

test('the socket table begins with a snapshot, then tells what opens and closes', async () => {
  const { server, port } = await listen('127.0.0.1');
  const events: SocketTableEvent[] = [];
  const stop = lab.engine.subscribe('socket_table', {}, event => events.push(event as SocketTableEvent)); // this stream's event
  const rowsAt = (event: SocketTableEvent | undefined, local: number | null): SocketTableEvent['upserted'] =>
    (event?.upserted ?? []).filter(row => row.local_port === local);
  await expect.poll(() => events.length).toBeGreaterThan(0);
  expect(events[0]).toMatchObject({ snapshot: true, closed: [] });
  expect(rowsAt(events[0], port)).toMatchObject([{ state: 'LISTEN', pid: process.pid }]);

  const [client] = await dial(port, 1);
  const clientPort = client?.localPort ?? null;
  await expect.poll(() => events.flatMap(event => rowsAt(event, clientPort)), { timeout: 5_000 }).not.toEqual([]);
  const opened = events.flatMap(event => rowsAt(event, clientPort))[0];
  expect(opened).toMatchObject({ state: 'ESTABLISHED', foreign_port: port, pid: process.pid });
  expect(opened?.first_seen_ms).toBeGreaterThan(Date.now() - 10_000);

  client?.write(Buffer.alloc(100_000));
  await expect
    .poll(() => events.flatMap(event => rowsAt(event, clientPort)).some(({ tx_rate_bps }) => (tx_rate_bps ?? 0) > 0), {
      timeout: 5_000,
    })
    .toBe(true);
  client?.resetAndDestroy();
  await expect.poll(() => events.some(({ closed }) => closed.includes(opened?.id ?? '')), { timeout: 5_000 }).toBe(true);
  expect(events.filter(({ snapshot }) => snapshot)).toHaveLength(1);
  stop();
  server.close();
});

test('a listener that comes and goes is told by the port changes', async () => {
  const changes: { port: number; kind: string; pid: number | null }[] = [];
  const begun = new Promise<void>(resolve => {
    lab.engine.subscribe('port_change', {}, event => {
      changes.push(...(event as { changes: typeof changes }).changes); // this stream's event
      resolve();
    });
  });
  await begun;
  const { server, port } = await listen('127.0.0.1');
  const own = (): typeof changes => changes.filter(change => change.port === port);
  await expect.poll(own, { timeout: 15_000, interval: 200 }).toMatchObject([{ kind: 'opened', pid: process.pid }]);
  server.close();
  await expect
    .poll(own, { timeout: 15_000, interval: 200 })
    .toMatchObject([{ kind: 'opened' }, { kind: 'closed', pid: process.pid }]);
});

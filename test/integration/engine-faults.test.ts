import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { createLocalHost } from '../../src-main/engine/hosts/local-host';
import type { InterfaceList } from '../../src-shared/model/interface';
import type { Status } from '../../src-shared/model/status';
import { CAN_MAKE_NETWORKS, makeCable, WHY_SKIPPED } from '../support/network';
import { ip, type Lab, openLab } from './engine-lab';

const labs: Lab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.engine.stop();
});
function open(options?: Parameters<typeof openLab>[0]): Lab {
  const lab = openLab(options);
  labs.push(lab);
  return lab;
}

test('without a single program everything is read from /proc and /sys, and it is said what to install', async () => {
  const lab = open({ host: createLocalHost({ path: '/nonexistent' }) });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // TCP servers have an AddressInfo

  const list = await lab.call('list_network_interfaces');
  expect(list).toMatchObject({
    success: true,
    data: { source: { backend: '/sys and /proc', degraded: true, reason: 'ip: ip is not installed.' } },
  });
  expect(list.data.interfaces).toContain('lo');
  expect(JSON.stringify(list.data.details)).toContain('127.0.0.1/8');

  const connections = await lab.call('query_network_connections', { local_port: port });
  expect(connections).toMatchObject({
    success: true,
    data: {
      connection_count: 1,
      connections: [{ state: 'LISTEN', pid: process.pid, program: 'node' }],
      source: {
        backend: '/proc/net',
        degraded: true,
        remedies: [
          { backend: 'ss', code: 'tool_missing' },
          { backend: 'netstat', code: 'tool_missing' },
        ],
      },
    },
  });
  expect(JSON.stringify(connections.data.source)).toMatch(/install (?:-y )?iproute/);
  expect(await lab.call('check_port_occupation', { port })).toMatchObject({
    data: { is_occupied: true, occupations: [{ pid: process.pid }], source: { backend: '/proc/net' } },
  });

  const told = Promise.withResolvers<unknown>();
  const { source } = (await lab.call('list_network_interfaces', {}, {}, 'zh-CN')).data;
  expect(source).toMatchObject({ reason: 'ip：未安装 ip。' });

  const stop = lab.engine.subscribe('socket_table', { language: 'zh-CN' }, event => told.resolve(event));
  expect(await told.promise).toMatchObject({ snapshot: true, source: { reason: 'ss：未安装 ss。；netstat：未安装 netstat。' } });
  stop();

  const { abilities } = (await lab.call('get_status')).data as unknown as Status;
  const states = new Map(abilities.map(({ id, state }) => [id, state]));
  expect(states.get('sockets')).toBe('degraded');
  expect(states.get('flows')).toBe('degraded');
  expect(states.get('counters')).toBe('good');
  expect(abilities.find(({ id }) => id === 'flows')).toMatchObject({
    code: 'tool_missing',
    remedy: expect.stringContaining('iftop') as unknown,
  });
  expect(abilities.find(({ id }) => id === 'kernel_events')).toMatchObject({
    state: 'unavailable',
    reason: 'Netsonde was started without its privileged helper.',
  });
  server.close();
});

test.skipIf(!CAN_MAKE_NETWORKS)(`without a program an address of its own (/32) is still listed (${WHY_SKIPPED})`, async () => {
  const lab = open({ host: createLocalHost({ path: '/nonexistent' }) });
  const cable = await makeCable();
  ip('addr', 'add', '198.19.255.9/32', 'dev', cable.iface);
  const { data } = await lab.call('list_network_interfaces');
  await cable.remove();
  const { details } = data as unknown as InterfaceList; // the tool's own schema
  expect(details.find(({ name }) => name === cable.iface)?.addresses).toEqual(
    expect.arrayContaining([`${cable.address}/24`, '198.19.255.9/32']),
  );
});

test('a program that prints nonsense is named with its version, and the next backend answers', async () => {
  const local = createLocalHost();
  const lab = open({
    host: {
      ...local,
      exec: async (argv, options) =>
        argv[0] === 'ss' && argv[1] !== '-V'
          ? { stdout: 'tcp NAPPING \u001b[2J', stderr: '', exitCode: 0, truncated: false }
          : local.exec(argv, options),
    },
  });
  const { data } = await lab.call('query_network_connections');
  expect(data.source).toMatchObject({ degraded: true, backend: expect.stringMatching(/netstat|\/proc\/net/) as unknown });
  expect(JSON.stringify(data.source)).toMatch(
    /ss printed a line Netsonde cannot read: tcp NAPPING \[2J \(ss: ss utility, iproute2/,
  );
});

test('where ss finds no control groups it does without, and owners and users are told all the same', async () => {
  const local = createLocalHost();
  const asked: string[] = [];
  const lab = open({
    host: {
      ...local,
      async exec(argv, options) {
        const table = argv[0] === 'ss' && argv[1]?.startsWith('-tuna') ? argv[1] : null;
        if (table) asked.push(table); // as they are asked: two may run at once
        const result = await local.exec(argv, options);
        return table?.includes('e') ? { ...result, stderr: 'Failed to find cgroup2 mount\n'.repeat(9) } : result;
      },
    },
  });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // TCP servers have an AddressInfo
  for (const _ of [1, 2]) {
    expect(await lab.call('query_network_connections', { local_port: port })).toMatchObject({
      data: {
        connections: [{ pid: process.pid, program: 'node', user: userInfo().username }],
        source: { backend: 'ss', degraded: false },
      },
    });
  }
  // Whoever asks (the engine counts sockets by itself, too): after the first answer never again with -e.
  expect(asked[0]).toBe('-tunaeiHO');
  expect(asked.filter(options => options === '-tunaiHO').length).toBeGreaterThanOrEqual(2);
  expect(asked.lastIndexOf('-tunaeiHO')).toBeLessThan(asked.indexOf('-tunaiHO'));
  server.close();
});

test('out of file descriptors: an error that says so, and work again as soon as there are some', async () => {
  const lab = open();
  expect(await lab.call('query_network_connections')).toMatchObject({ success: true });
  const held: number[] = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: every descriptor is taken
  }
  const replies = await Promise.all(
    ['query_network_connections', 'list_network_interfaces', 'get_status'].map(tool => lab.call(tool)),
  );
  for (const descriptor of held) closeSync(descriptor);
  expect(replies.map(({ error }) => error?.code)).toEqual(['busy', 'busy', 'busy']);
  expect(await lab.call('query_network_connections')).toMatchObject({ success: true, data: { source: { degraded: false } } });
  expect(await lab.call('list_network_interfaces')).toMatchObject({ success: true, data: { source: { backend: 'ip' } } });
});

test('60 calls at once are all answered, each with its own data', async () => {
  const lab = open();
  const ports = Array.from({ length: 60 }, (_, index) => 40_000 + index);
  const replies = await Promise.all(ports.map(port => lab.call('check_port_occupation', { port })));
  expect(replies.map(({ data }) => data.check_port)).toEqual(ports);
});

test('what one caller asks beyond 8 running and 64 waiting calls is refused as busy', async () => {
  const lab = open();
  const replies = await Promise.all(Array.from({ length: 80 }, () => lab.call('check_port_occupation', { port: 9 })));
  expect(replies.filter(({ success }) => success)).toHaveLength(72);
  expect(replies.find(({ success }) => !success)).toMatchObject({ error: { code: 'busy', hint: 'Try again in a second.' } });
});

test.each([
  ['nonsense', {}, 'not_found'],
  ['interface_sample', { interface: 5 }, 'invalid_argument'],
  ['socket_table', { extra: 1 }, 'invalid_argument'],
  ['__proto__', {}, 'not_found'],
])('subscribing to %s with %o fails as %s', (stream, params, code) => {
  expect(() => open().engine.subscribe(stream, params, () => {})).toThrow(expect.objectContaining({ code }) as Error);
});

import type { ToolReply } from '@shared/bridge';
import type { Connection, ConnectionList } from '@shared/model/connection';
import { beforeEach, expect, test } from 'vitest';
import { type AskHost, askFleet, fleetPorts, useFleet } from './fleet';
import { socket } from './socket-rows';

const source = {
  backend: 'ss',
  privileged: true,
  degraded: false,
  reason: null,
  remedies: [],
  sampled_at: '2026-11-21T14:00:00Z',
  duration_ms: 3,
  rtt_ms: 9,
  caveats: [],
};
const listener = (local_port: number, program: string): Connection =>
  socket('', { state: 'LISTEN', local_ip: '0.0.0.0', local_port, foreign_ip: '0.0.0.0', foreign_port: null, program });
function listening(host: string, connections: Connection[]): ToolReply<ConnectionList> {
  const filter = {
    proto: 'all',
    state: 'LISTEN',
    pid: null,
    process_name: null,
    local_port: null,
    remote_ip: null,
    query: null,
  } as const;
  const total = connections.length;
  return {
    success: true,
    message: '',
    data: { host, connection_count: total, connections, filter, total, truncated: false, next_offset: null, source },
  };
}
const unreachable: ToolReply<ConnectionList> = {
  success: false,
  message: 'dead cannot be reached',
  data: null,
  error: { code: 'unreachable', hint: '' },
};

beforeEach(() => useFleet.setState({ answers: new Map() }));

test('a host that never answers delays none of the others', async () => {
  const abort = new AbortController();
  const hosts = ['dead', ...Array.from({ length: 20 }, (_, at) => `web-${at}`)];
  const last = Promise.withResolvers<void>();
  const ask: AskHost = host => {
    if (host === 'dead') return new Promise(() => {});
    if (host === 'web-19') queueMicrotask(() => queueMicrotask(last.resolve));
    return Promise.resolve(listening(host, [listener(80, 'nginx')]));
  };
  void askFleet(hosts, ask, 2, abort.signal);
  await last.promise;
  const { answers } = useFleet.getState();
  expect(hosts.filter(host => answers.get(host)?.at_ms != null)).toHaveLength(20);
  expect(answers.get('dead')).toMatchObject({ running: true, listeners: null });
  abort.abort();
});

test('not more than so many hosts are asked at once', async () => {
  let running = 0;
  let most = 0;
  const ask: AskHost = async host => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return listening(host, []);
  };
  await askFleet(
    Array.from({ length: 9 }, (_, at) => `h${at}`),
    ask,
    4,
    new AbortController().signal,
  );
  expect(most).toBe(4);
});

test('a host that stops to answer keeps what it said, and says why', async () => {
  const signal = new AbortController().signal;
  await askFleet(['web'], host => Promise.resolve(listening(host, [listener(80, 'nginx')])), 1, signal);
  await askFleet(['web'], () => Promise.resolve(unreachable), 1, signal);
  expect(useFleet.getState().answers.get('web')).toMatchObject({
    listeners: [{ port: 80 }],
    failure: { code: 'unreachable' },
    running: false,
  });
});

test('the ports are those of the hosts that are shown, with how many have them', async () => {
  const replies = new Map([
    ['a', [listener(22, 'sshd'), listener(80, 'nginx')]],
    ['b', [listener(22, 'sshd'), listener(5432, 'postgres')]],
  ]);
  const ask: AskHost = host => Promise.resolve(listening(host, replies.get(host) ?? []));
  await askFleet(['a', 'b'], ask, 2, new AbortController().signal);
  const { answers } = useFleet.getState();
  expect(fleetPorts(['a', 'b'], answers, '')).toEqual([
    { port: 22, hosts: 2 },
    { port: 80, hosts: 1 },
    { port: 5432, hosts: 1 },
  ]);
  expect(fleetPorts(['a'], answers, '').map(({ port }) => port)).toEqual([22, 80]);
  expect(fleetPorts(['a', 'b'], answers, 'post').map(({ port }) => port)).toEqual([5432]);
});

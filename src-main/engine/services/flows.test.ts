import type { Connection } from '@shared/model/connection';
import { describe, expect, test } from 'vitest';
import { bareSocket } from '../collectors/sockets/socket';
import type { Flow } from '../collectors/traffic/flow';
import type { Host } from '../hosts/host';
import { createLocalHost } from '../hosts/local-host';
import type { Clock } from './clock';
import { attribute, bothEnds, type EndedTraffic, indexSockets, measureFlows, topConnections } from './flows';
import { ownSource } from './own-source';
import type { OwnedSocket, SocketService } from './sockets';

const flow = (local_port: number, foreign_port: number, tx_bytes: number): Flow => ({
  protocol: null,
  local_ip: '127.0.0.1',
  local_port,
  foreign_ip: '127.0.0.1',
  foreign_port,
  tx_bytes,
  rx_bytes: 0,
  pid: null,
  program: '-',
});
const told = (flows: Flow[]): unknown[] => flows.map(each => [each.local_port, each.foreign_port, each.tx_bytes, each.rx_bytes]);

test('on loopback what one end sent is what the other received', () => {
  expect(told(bothEnds([flow(45_654, 5201, 1000), flow(5201, 45_654, 7)]))).toEqual([
    [45_654, 5201, 1000, 7],
    [5201, 45_654, 7, 1000],
  ]);
});

test('a one-way flow has a receiver too', () => {
  expect(told(bothEnds([flow(45_654, 5299, 1000)]))).toEqual([
    [45_654, 5299, 1000, 0],
    [5299, 45_654, 0, 1000],
  ]);
});

test('the ten that receive most come first, then those that send most', () => {
  const flows = Array.from({ length: 12 }, (_, at) => ({ ...flow(1000 + at, 443, 0), rx_bytes: at < 2 ? 0 : at * 125_000 }));
  const silent = { ...flow(2000, 443, 5_000_000), rx_bytes: 250_000 };
  const shown = topConnections(
    [...flows, silent].map(each => ({ ...each, attribution: 'none' })),
    2,
  );
  expect(shown.map(({ source }) => Number(source.split(':')[1]))).toEqual([
    1011, 1010, 1009, 1008, 1007, 1006, 1005, 1004, 1003, 2000,
  ]);
  // 1,375,000 bytes in 2 s
  expect(shown[0]).toMatchObject({ rx_rate: 5.5, rx_total: 1.375, tx_rate: 0 });
});

describe('an address that was cut', () => {
  const cut: Flow = {
    ...flow(33_941, 5556, 1000),
    local_ip: 'fd00:1111:2222:3333:4444:5555:66:',
    local_cut: true,
    foreign_ip: 'fd00:1111:2222:3333:4444:5555:66:2',
    foreign_cut: true,
  };
  const socket = (local_ip: string, foreign_ip: string, local_port = 33_941, pid = 7): OwnedSocket => {
    const bare = bareSocket('TCP', { local_ip, local_port, foreign_ip, foreign_port: 5556 }, 'ESTABLISHED');
    const row: Connection = { ...bare, pid, program: 'p', attribution: 'exact', user: null, container: null, age_s: null };
    return { socket: bare, row };
  };
  const shown = (sockets: OwnedSocket[]): unknown => topConnections([attribute(cut, indexSockets(sockets))], 1)[0];
  const prefix = 'fd00:1111:2222:3333:4444:5555';

  test('is completed from the one connection with these ports that begins so', () => {
    expect(
      shown([socket(`${prefix}:66:9`, `${prefix}:66:2a`), socket(`${prefix}:66:9`, `${prefix}:66:2a`, 33_942, 8)]),
    ).toMatchObject({
      protocol: 'TCP6',
      source: `[${prefix}:66:9]:33941`,
      destination: `[${prefix}:66:2a]:5556`,
      pid: 7,
      attribution: 'exact',
    });
  });

  test.each([
    ['no connection', []],
    ['several', [socket(`${prefix}:66:9`, `${prefix}:66:2`), socket(`${prefix}:66:9`, `${prefix}:66:2a`)]],
    ['one at other addresses', [socket(`${prefix}:67:9`, `${prefix}:66:2`)]],
  ])('begins like %s: it is shown as cut, and nobody is named', (_what, sockets) => {
    expect(shown(sockets)).toMatchObject({
      protocol: '-',
      source: `[${prefix}:66:…]:33941`,
      destination: `[${prefix}:66:2…]:5556`,
      pid: null,
      program: '-',
      attribution: 'none',
    });
  });
});

/** How long iftop is waited for after the sample, when it never ends. */
async function patience(counted: EndedTraffic): Promise<number[]> {
  const host: Host = { ...createLocalHost(), platform: 'linux', exec: () => new Promise(() => {}) };
  const waits: number[] = [];
  const clock: Clock = {
    wallMs: () => 0,
    monotonicMs: () => 0,
    after(delayMs, run, keepAlive) {
      if (!keepAlive) return () => {}; // the loop that follows the sockets
      waits.push(delayMs);
      queueMicrotask(run);
      return () => {};
    },
  };
  const read: SocketService['read'] = () =>
    Promise.resolve({ sockets: [], source: ownSource('ss', 0), firstSeen: new Map(), monotonicMs: 0, wallMs: 0 });
  const sockets: SocketService = {
    read,
    readBare: () => Promise.reject(new Error('not asked for')),
    canOwnLater: () => true,
    own: () => Promise.resolve({ sockets: [], caveats: [] }),
  };
  const target = { iface: 'eth0', loopback: false, carries: () => true };
  const { signal } = new AbortController();
  const found = await measureFlows(host, target, 3, sockets, clock, Promise.resolve(counted), signal);
  expect(found).toMatchObject({ backend: 'tcp_info', reason: 'iftop waited for more packets than came.' });
  return waits;
}

test.each([
  [{ bytes: 1_000, packets: 5, quietAtEnd: false }, 700],
  [{ bytes: 1_000, packets: 500, quietAtEnd: true }, 2_000],
  [{ bytes: 1_000, packets: 500, quietAtEnd: false }, 6_000],
])('after %o iftop is waited for %d ms', async (counted, ms) => {
  expect(await patience(counted)).toEqual([ms]);
});

import { once } from 'node:events';
import { statSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Helper } from '../../src-main/helper/supervisor';
import type { Connection, ConnectionList } from '../../src-shared/model/connection';
import type { PortCheck } from '../../src-shared/model/port';
import { CAN_MAKE_NETWORKS, makeNetwork, printed, type TestNetwork, WHY_SKIPPED } from '../support/network';
import { makeWorkload, type Workload } from '../support/workload';
import { type Lab, openLab } from './engine-lab';
import { openHelper } from './helper-lab';

describe.skipIf(!CAN_MAKE_NETWORKS)(`sockets by the helper (${WHY_SKIPPED})`, () => {
  let helper: Helper;
  let lab: Lab;
  let network: TestNetwork;
  let workload: Workload;

  beforeAll(async () => {
    [helper, network, workload] = await Promise.all([openHelper(), makeNetwork(), makeWorkload()]);
    lab = openLab({ helper });
  });
  afterAll(async () => {
    await lab.engine.stop();
    await network.remove();
    workload.remove();
  });

  async function rows(input: Record<string, unknown>): Promise<ConnectionList> {
    const reply = await lab.call('query_network_connections', { limit: 1000, ...input });
    expect(reply).toMatchObject({ success: true });
    return reply.data as unknown as ConnectionList; // the tool's schema has checked it
  }

  /** As ss and the helper both write them. */
  const key = (row: Connection): string =>
    `${row.protocol.slice(0, 3)} ${row.state} ${row.local_ip.replace(/%.*/, '')}:${row.local_port} ${row.foreign_ip}:${row.foreign_port}`;

  test('has every TCP socket that ss has in this namespace, TIME_WAIT included, each with its process', async () => {
    const server = createServer(socket => socket.resume()).listen(0, '::');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // TCP servers have one
    const clients: Socket[] = [];
    for (const address of ['127.0.0.1', '::1', '127.0.0.1']) {
      const client = connect(port, address);
      await once(client, 'connect');
      clients.push(client);
    }
    const [last] = clients.splice(2);
    last?.end();
    if (last) await once(last, 'close');

    const listed = (await rows({ query: `port:${port}` })).connections;
    const plain = openLab();
    const other = await plain.call('query_network_connections', { limit: 1000, query: `port:${port}` });
    await plain.engine.stop();
    const ss = (other.data as unknown as ConnectionList).connections;
    expect(listed.map(key).sort()).toEqual(ss.map(key).sort());
    expect(listed.filter(({ state }) => state === 'TIME_WAIT')).toHaveLength(1);
    for (const row of listed.filter(({ state }) => state !== 'TIME_WAIT'))
      expect(row).toMatchObject({ pid: process.pid, attribution: 'exact', netns: null });
    for (const client of clients) client.destroy();
    server.close();
  });

  test('sees the sockets of another network namespace and says which it is; its ports do not occupy ours', async () => {
    const listener = network.start(network.there, [workload.named('elsewhere'), 'tcp-serve', '4477']);
    await printed(listener, /ready/);
    const { connections, source } = await rows({ process_name: 'elsewhere' });
    expect(source).toMatchObject({ backend: 'eBPF', degraded: false });
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({
      local_port: 4477,
      state: 'LISTEN',
      pid: listener.pid,
      netns: statSync(`/run/netns/${network.there}`).ino,
    });
    const { data } = await lab.call('check_port_occupation', { port: 4477 });
    expect((data as unknown as PortCheck).is_occupied).toBe(false);
  });

  test('knows the age of a connection that was opened while it ran, its round trip and its retransmissions', async () => {
    const server = network.start(network.there, [workload.named('aged'), 'tcp-serve', '4478']);
    await printed(server, /ready/);
    const before = Date.now();
    const holder = network.start(network.here, [workload.named('holder'), 'hold', '192.0.2.2', '4478']);
    await printed(holder, /connected/);
    const { connections } = await rows({ process_name: 'holder' });
    expect(connections).toHaveLength(1);
    const [row] = connections;
    expect(row).toMatchObject({ state: 'ESTABLISHED', foreign_port: 4478, retransmits: 0, user: 'root' });
    expect(row?.rtt_ms).toBeGreaterThan(0);
    expect(row?.age_s).toBeLessThanOrEqual((Date.now() - before) / 1000 + 1);
  });

  test('a port held by a process of another user is named', async () => {
    const listener = network.start(network.here, [
      'setpriv',
      '--reuid=65534',
      '--clear-groups',
      workload.named('theirs'),
      'tcp-serve',
      '4479',
    ]);
    await printed(listener, /ready/);
    const { connections } = await rows({ process_name: 'theirs' });
    expect(connections[0]).toMatchObject({ local_port: 4479, user: 'nobody', attribution: 'exact', pid: listener.pid });
  });
});

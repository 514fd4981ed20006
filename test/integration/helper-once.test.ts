import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_BYTES, type KernelEvent, readEvent } from '../../src-main/engine/collectors/events/read-event';
import { findHelper } from '../../src-main/helper/find-helper';
import { EVENT_KINDS } from '../../src-main/helper/records';
import { type Helper, superviseHelper } from '../../src-main/helper/supervisor';
import { CAN_MAKE_NETWORKS, makeNetwork, type TestNetwork, WHY_SKIPPED } from '../support/network';
import { namespaceInode, runScript } from './events-lab';
import { BUILT_HELPER } from './helper-lab';

const EADDRNOTAVAIL = 99;

/** A connection that `there` has closed and still has in TIME_WAIT when `here` is told to send: answered by a reset. */
const SEND_TO_THE_CLOSED = `
import signal, socket
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
with socket.create_connection(('192.0.2.2', 7790)) as made:
    signal.sigwait([signal.SIGUSR1])
    made.send(b'too late')
    try:
        made.recv(1), made.recv(1)
    except ConnectionResetError:
        pass`;
const CLOSE_AT_ONCE = `
import socket
with socket.create_server(('192.0.2.2', 7790)) as server:
    print('listening', flush=True)
    server.accept()[0].close()`;

/** An established connection whose packets a firewall begins to drop. */
const FIREWALL =
  'add table inet once; add chain inet once in { type filter hook input priority 0; }; add rule inet once in tcp dport 7791 tcp flags & psh == psh drop';
const LISTEN = `
const server = require('node:net').createServer(socket => socket.on('error', () => {}));
server.listen(7791, '192.0.2.2', () => console.log('listening'));
`;
const SEND_AFTER_FIREWALL = `
const net = require('node:net');
const socket = net.connect(7791, '192.0.2.2', () => socket.write('dropped', () => socket.resetAndDestroy()));
socket.on('close', () => process.exit(0));
`;

describe.skipIf(!CAN_MAKE_NETWORKS)(`each event once, with its own ends (${WHY_SKIPPED})`, () => {
  let folder: string;
  let helper: Helper;
  let network: TestNetwork;
  let inodes: { here: number; there: number };
  const events: KernelEvent[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-once-'));
    const built = path.join(folder, 'helper');
    // As on a usual system: there tracefs is mounted, and root's helper sees how each connect() ends.
    writeFileSync(
      built,
      `#!/bin/sh\nexec unshare --mount sh -c "mount -t tracefs none /sys/kernel/tracing; exec ${BUILT_HELPER}"\n`,
    );
    chmodSync(built, 0o755);
    helper = superviseHelper({
      find: () => findHelper({ built }),
      events: EVENT_KINDS.filter(kind => kind !== 'none'),
    });
    helper.listen({
      onEvents(records) {
        for (let at = 0; at < records.length; at += EVENT_BYTES) events.push(readEvent(records, at));
      },
    });
    network = await makeNetwork();
    await helper.settled();
    await helper.session().counts(5_000);
    inodes = { here: await namespaceInode(network, network.here), there: await namespaceInode(network, network.there) };
  });
  afterAll(async () => {
    helper.stop();
    await network.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Resolves when such an event has come. */
  function happened(isIt: (event: KernelEvent) => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!events.some(isIt)) return;
        stop();
        resolve();
      };
      const stop = helper.listen({ onEvents: look });
      look();
    });
  }

  /** Everything that has happened is in `events` when it resolves: the ring is emptied before an answer is the next one. */
  async function caughtUp(): Promise<KernelEvent[]> {
    await helper.session().counts(5_000);
    await helper.session().counts(5_000);
    return events;
  }

  test('5 connects that wait for a refusal and 3 without a route are 8 attempts', async () => {
    expect(helper.session().facts.features).toContainEqual(expect.objectContaining({ name: 'connect_errno', loaded: true }));
    const script = `
import errno, socket
for address in [('192.0.2.2', 7)] * 5 + [('255.255.255.255', 7)] * 3:
    with socket.socket() as made:
        print(errno.errorcode[made.connect_ex(address)])`;
    const output = await network.run(network.here, ['python3', '-c', script]);
    expect(output.trim().split('\n')).toEqual([...Array(5).fill('ECONNREFUSED'), ...Array(3).fill('ENETUNREACH')]);
    const kinds = (await caughtUp())
      .filter(({ netns, remote_port }) => netns === inodes.here && remote_port === 7)
      .map(({ kind }) => kind);
    const count = (kind: string): number => kinds.filter(found => found === kind).length;
    expect({ began: count('connect'), failed: count('connect_failed'), notSent: count('not_sent') }).toEqual({
      began: 5,
      failed: 5,
      notSent: 3,
    });
  });

  test('a connect without a free local port, or with one that is taken to that peer, fails with EADDRNOTAVAIL', async () => {
    await network.run(network.there, ['sysctl', '-qw', 'net.ipv4.ip_local_port_range=40000 40000']);
    const script = `
import errno, socket
def bound():
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(('127.0.0.1', 41000))
    return made
with socket.create_server(('127.0.0.1', 7792)), socket.create_connection(('127.0.0.1', 7792)), socket.socket() as made:
    print(errno.errorcode[made.connect_ex(('127.0.0.1', 7792))])
    with bound() as first, bound() as second:
        first.connect(('127.0.0.1', 7792))
        print(errno.errorcode[second.connect_ex(('127.0.0.1', 7792))])`;
    expect((await network.run(network.there, ['python3', '-c', script])).trim()).toBe('EADDRNOTAVAIL\nEADDRNOTAVAIL');
    const failed = (await caughtUp()).filter(({ kind, netns }) => kind === 'connect_failed' && netns === inodes.there);
    expect(failed).toMatchObject([
      { local_port: 0, remote_port: 7792, error: EADDRNOTAVAIL, retransmits: 0 },
      { local_port: 41_000, remote_port: 7792, error: EADDRNOTAVAIL, retransmits: 0 },
    ]);
  });

  test('one that the process gives up has sent its SYN: no errno is made up for it', async () => {
    const script = `
import errno, socket
made = socket.socket()
made.setblocking(False)
print(errno.errorcode[made.connect_ex(('192.0.2.77', 7793))])
made.close()`;
    expect((await network.run(network.here, ['python3', '-c', script])).trim()).toBe('EINPROGRESS');
    const failed = (await caughtUp()).filter(({ kind, remote_port }) => kind === 'connect_failed' && remote_port === 7793);
    expect(failed).toMatchObject([{ error: 0, retransmits: 0 }]);
  });

  test('a reset that answers for a connection in TIME_WAIT has the ends of the packet', async () => {
    const server = network.start(network.there, ['python3', '-c', CLOSE_AT_ONCE]);
    await new Promise(resolve => server.stdout?.once('data', resolve));
    const sender = network.start(network.here, ['python3', '-c', SEND_TO_THE_CLOSED]);
    await happened(({ kind, netns, local_port }) => kind === 'closed' && netns === inodes.there && local_port === 7790);
    sender.kill('SIGUSR1');
    await once(sender, 'close');
    const resets = (await caughtUp()).filter(({ kind, netns }) => kind === 'reset_sent' && netns === inodes.there);
    expect(resets.filter(({ local_port }) => local_port === 7790)).toMatchObject([
      { local: '192.0.2.2', remote: '192.0.2.1', protocol: 6, family: 2 },
    ]);
  });

  test('a received packet of an open connection is dropped inbound', async () => {
    const server = network.start(network.there, [process.execPath, '-e', LISTEN]);
    await new Promise(resolve => server.stdout?.once('data', resolve));
    await network.run(network.there, ['nft', FIREWALL]);
    await runScript(network, network.here, 'sender', SEND_AFTER_FIREWALL);
    const drops = (await caughtUp()).filter(
      ({ kind, netns, remote_port }) => kind === 'drop' && netns === inodes.there && remote_port === 7791,
    );
    expect(drops.length).toBeGreaterThan(0);
    expect(new Set(drops.map(({ direction }) => direction))).toEqual(new Set(['inbound']));
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { expect, type Page } from '@playwright/test';
import { CAN_MAKE_NETWORKS, makeCable, printed } from '../test/support/network';

/** Goes to a page of the app as a link would; file names and origins differ between launchers. */
export async function open(page: Page, route: string): Promise<void> {
  await page.evaluate(hash => {
    location.hash = hash;
  }, `#/${route}`);
  const name = route.split('?')[0] ?? '';
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(new RegExp(name, 'i'));
}

/** A TCP listener of this process with a number of connections to it, all on 127.0.0.1. */
export async function heldConnections(count: number): Promise<{ port: number; close(): Promise<void> }> {
  const accepted: Socket[] = [];
  const server = createServer(socket => accepted.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has a port.');
  const sockets = Array.from({ length: count }, () => connect(address.port, '127.0.0.1'));
  await Promise.all(sockets.map(socket => once(socket, 'connect')));
  return {
    port: address.port,
    async close() {
      // Reset instead of FIN: nothing stays behind in TIME_WAIT for the next test to count.
      for (const socket of [...sockets, ...accepted]) socket.resetAndDestroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** UDP at a fixed rate until it is stopped, on a cable of its own as root, else on loopback. @param megabits payload per second */
export async function udpTraffic(megabits: number): Promise<{ iface: string; stop(): Promise<void> }> {
  const cable = CAN_MAKE_NETWORKS ? await makeCable() : null;
  const address = cable?.address ?? '127.0.0.1';
  const server = spawn('iperf3', ['-s', '-1', '-p', '5299', '-B', address, '--forceflush']);
  await printed(server, /listening on/);
  const argv = [
    'iperf3',
    '-c',
    address,
    '-p',
    '5299',
    '-u',
    '-b',
    `${megabits}M`,
    '-l',
    '1400',
    '-t',
    '120',
    '--forceflush',
    '-i',
    '1',
  ];
  const client = cable ? cable.start(argv) : spawn('iperf3', argv.slice(1));
  // The first interval has been reported: traffic flows.
  await printed(client, /sec\s+.*its\/sec/);
  const end = (child: ChildProcess): Promise<unknown> => {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    return closed;
  };
  return {
    iface: cable?.iface ?? 'lo',
    async stop() {
      await Promise.all([end(client), end(server)]);
      await cable?.remove();
    },
  };
}

/** Bytes received by an interface since boot, as the kernel counts them. */
export function receivedBytes(iface: string): number {
  const line = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .find(each => each.trim().startsWith(`${iface}:`));
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[0]);
}

const PREFIX = new Map([
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
]);

/** "12.4 Mbit/s" as bit/s. */
export function parseRate(text: string): number {
  const match = /([\d.\u202f]+)\s*([kMG]?)bit\/s/.exec(text);
  if (!match) throw new Error(`No rate in "${text}"`);
  return Number(match[1]?.replaceAll('\u202f', '')) * (PREFIX.get(match[2] ?? '') ?? Number.NaN);
}

/** Everything the page logs as an error or throws, from now on. */
export function collectErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', error => errors.push(error.message));
  return errors;
}

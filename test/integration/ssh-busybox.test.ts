import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionList } from '../../src-shared/model/connection';
import type { InterfaceList } from '../../src-shared/model/interface';
import type { PortCheck } from '../../src-shared/model/port';
import type { InterfaceTraffic } from '../../src-shared/model/traffic';
import { openRemoteLab, type RemoteLab } from '../support/remote-lab';
import { createSshLab, type SshLab } from '../support/ssh-lab';

// A machine with nothing but BusyBox, as Alpine comes: sshd locks its users into a folder that holds nothing else.

let root: string;
let sshd: SshLab;
let remote: RemoteLab;
const mounts: string[] = [];

beforeAll(async () => {
  root = mkdtempSync('/run/netsonde-busybox-'); // every folder above has to be root's alone
  for (const folder of ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp']) mkdirSync(path.join(root, folder), { mode: 0o755 });
  execFileSync('chmod', ['755', root]);
  copyWithLibraries('/usr/bin/busybox', '/bin/busybox');
  for (const applet of execFileSync('busybox', ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean)) {
    // Alpine's has none of these: they come with packages of their own, or not at all.
    if (applet !== 'busybox' && applet !== 'sudo') symlinkSync('busybox', path.join(root, 'bin', applet));
  }
  writeFileSync(path.join(root, 'etc/os-release'), 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.0\n');
  writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnfbox:x:1000:1000::/:/bin/sh\n');
  execFileSync('mknod', ['-m', '666', path.join(root, 'dev/null'), 'c', '1', '3']);
  for (const [type, folder] of [
    ['proc', 'proc'],
    ['sysfs', 'sys'],
  ] as const) {
    const target = path.join(root, folder);
    execFileSync('mount', ['-t', type, '-o', 'ro', type, target]);
    mounts.push(target);
  }
  sshd = await createSshLab({
    users: [{ name: 'nfbox' }],
    options: { config: [`ChrootDirectory ${root}`] },
  });
  remote = openRemoteLab();
  remote.known.add(sshd.hostKeyLine);
  remote.add({ name: 'box', port: sshd.port, username: 'nfbox', key_file: sshd.privateKeyFile });
});
afterAll(async () => {
  await remote?.stop();
  await sshd?.stop();
  for (const target of mounts.reverse()) execFileSync('umount', ['-l', target]);
  execFileSync('rm', ['-rf', '--one-file-system', root]);
});

function copyWithLibraries(program: string, target: string): void {
  copyFileSync(program, path.join(root, target));
  for (const [, library = ''] of execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)) {
    mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
    copyFileSync(library, path.join(root, library));
  }
}

test('is measured with what BusyBox has: interfaces, connections, ports and traffic, each saying how', async () => {
  const host = await remote.open('box');
  expect(host.facts).toMatchObject({ platform: 'linux', privilege: 'none' });
  expect((await host.exec(['ls', '/usr'], { timeoutMs: 5_000, okExitCodes: [0, 1] })).stdout.split('\n')).not.toContain('sbin');

  const here = (await remote.lab.call('list_network_interfaces')).data as unknown as InterfaceList;
  const interfaces = (await remote.call('list_network_interfaces', 'box')).data as unknown as InterfaceList;
  expect(interfaces.interfaces).toEqual(here.interfaces);
  expect(interfaces.source).toMatchObject({ degraded: true, reason: expect.any(String) });

  const connections = (await remote.call('query_network_connections', 'box', { query: `port:${sshd.port}` }))
    .data as unknown as ConnectionList;
  expect(connections.connections.some(({ state, local_port }) => state === 'LISTEN' && local_port === sshd.port)).toBe(true);
  expect(connections.source).toMatchObject({
    degraded: true,
    remedies: expect.arrayContaining([expect.objectContaining({ backend: 'ss', hint: 'apk add iproute2' })]),
  });

  const port = (await remote.call('check_port_occupation', 'box', { port: sshd.port })).data as unknown as PortCheck;
  expect(port).toMatchObject({ is_occupied: true, source: { degraded: true } });

  const reply = await remote.call('get_interface_traffic', 'box', { iface: 'lo', sample_seconds: 3 });
  expect(reply).toMatchObject({
    success: true,
    data: { total_stats: { rx_rate_avg: expect.any(Number) }, source: { degraded: true } },
  });
  expect((reply.data as unknown as InterfaceTraffic).series.length).toBeGreaterThanOrEqual(2);
});

test('cannot capture, and is told which command of its own distribution would change that', async () => {
  expect(await remote.call('start_packet_capture', 'box', { target: 'auto', interface: 'lo' })).toMatchObject({
    success: false,
    error: { code: 'tool_missing', hint: expect.stringMatching(/^apk add (tcpdump|wireshark-common)$/) },
  });
});

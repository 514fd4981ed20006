import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KnownHosts } from '../../src-main/engine/hosts/ssh/known-hosts';
import { hostProfile } from '../../src-shared/model/host';
import { printed } from '../support/network';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { type Lab, openLab } from './engine-lab';

// A Netsonde that serves the other machine on its own loopback, reached through SSH.

let folder: string;
let sshd: SshLab;
let server: ChildProcess;
let lab: Lab;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netsonde-there-'));
  sshd = await createSshLab({ options: { environment: { NETSONDE_HOME: folder } } });
  server = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../out/main/cli.js'), 'serve'], {
    env: { ...process.env, NETSONDE_HOME: folder, LANG: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await printed(server, /Open /);
  const profile = hostProfile.parse({
    name: 'edge',
    address: '127.0.0.1',
    port: sshd.port,
    key_file: sshd.privateKeyFile,
    agent: false,
    via: 'netsonde',
  });
  lab = openLab({
    remote: {
      directory: {
        list: () => [profile],
        find: name => (name === 'edge' ? profile : undefined),
        listen: () => () => {},
      },
      knownHosts: () => new KnownHosts(sshd.hostKeyLine),
      secret: () => undefined,
      adHoc: () => false,
    },
  });
});
afterAll(async () => {
  await lab?.engine.stop();
  if (server && server.exitCode === null && server.signalCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  await sshd?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('tools answer as on that machine, under the name it has here', async () => {
  const reply = await lab.call('list_network_interfaces', { host: 'edge' });
  expect(reply).toMatchObject({ success: true, data: { host: 'edge', interfaces: expect.arrayContaining(['lo']) } });
  const here = await lab.call('list_network_interfaces');
  expect((reply.data as unknown as { interfaces: unknown }).interfaces).toEqual(
    (here.data as unknown as { interfaces: unknown }).interfaces,
  );
});

test('the history of its kernel events is there, which programs over SSH cannot tell', async () => {
  const refused = connect(1, '127.0.0.1');
  await once(refused, 'error');
  await expect
    .poll(async () => (await lab.call('list_connections', { host: 'edge', query: 'port:1' })).data as { total?: number } | null)
    .toMatchObject({ total: expect.any(Number) });
  const reply = await lab.call('list_connections', { host: 'edge', query: 'port:1' });
  const { events } = reply.data as unknown as { events: { result: string; pid: number }[] };
  expect(events.filter(({ pid }) => pid === process.pid)).toMatchObject([{ result: 'ECONNREFUSED' }]);
});

test('errors come as they are, and say so in the language asked for', async () => {
  const input = { host: 'edge', iface: 'nosuch0', sample_seconds: 3 };
  expect(await lab.call('get_interface_traffic', input)).toMatchObject({
    success: false,
    message: expect.stringContaining('nosuch0 does not exist'),
    error: { code: 'not_found' },
  });
  expect((await lab.call('get_interface_traffic', input, {}, 'zh-CN')).message).toMatch(/[\u4e00-\u9fff]/);
});

test('a server that is gone is named with what to start', async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
  expect(await lab.call('list_network_interfaces', { host: 'edge' })).toMatchObject({
    success: false,
    error: { code: 'not_found', hint: expect.stringContaining('netsonde serve') },
  });
});

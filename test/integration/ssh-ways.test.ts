import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRemoteLab, type RemoteLab } from '../support/remote-lab';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { ip } from './engine-lab';

// What lies between: ways that lead nowhere or break, and secrets that travel.

let remote: RemoteLab;
let sshd: SshLab;
let folder: string;

beforeAll(async () => {
  remote = openRemoteLab();
  folder = await mkdtemp(path.join(tmpdir(), 'netsonde-ways-'));
  sshd = await createSshLab({
    users: [{ name: 'nwpass', password: 'another' }],
    options: { config: ['PasswordAuthentication yes'] },
  });
  remote.known.add(sshd.hostKeyLine);
});
afterAll(async () => {
  await remote.stop();
  await sshd.stop();
  await rm(folder, { recursive: true, force: true });
});

const list = (name: string) => remote.call('list_network_interfaces', name);

/** Processes whose command line begins with these words. */
function running(words: string): string[] {
  return spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(line => line.startsWith(words));
}

describe('a way', () => {
  const namespace = `nsw-${process.pid}`;
  const cable = `nsw${process.pid % 100_000}`;
  let there: SshLab;

  beforeAll(async () => {
    ip('netns', 'add', namespace);
    ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    ip('address', 'add', '198.51.100.1/29', 'dev', cable);
    ip('link', 'set', cable, 'up');
    ip('-n', namespace, 'address', 'add', '198.51.100.2/29', 'dev', 'eth0');
    ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    // Nobody has this one, and nobody says so: what is sent there is gone.
    ip('neighbour', 'add', '198.51.100.3', 'lladdr', '02:00:5e:00:53:03', 'dev', cable, 'nud', 'permanent');
    ip('route', 'add', 'unreachable', '203.0.113.77');
    there = await createSshLab({ options: { namespace, address: '198.51.100.2', port: 22 } });
    remote.known.add(there.hostKeyLine.replace('[198.51.100.2]:22', '198.51.100.2'));
  });
  afterAll(async () => {
    await there.stop();
    ip('route', 'delete', 'unreachable', '203.0.113.77');
    ip('link', 'delete', cable);
    ip('netns', 'delete', namespace);
  });

  test('that swallows everything ends after 10 s and delays no other host; one that is not there ends at once', async () => {
    remote.add({ name: 'hole', address: '198.51.100.3' });
    remote.add({ name: 'nowhere', address: '203.0.113.77' });
    remote.add({ name: 'refusing', address: '198.51.100.2', port: 9 });
    remote.add({ name: 'there', address: '198.51.100.2', key_file: there.privateKeyFile });
    const startedMs = performance.now();
    const black = list('hole').then(reply => ({ reply, ms: performance.now() - startedMs }));
    const cases = [
      ['nowhere', 'no route'],
      ['refusing', 'refused'],
    ] as const;
    for (const [name, why] of cases) {
      expect(await list(name)).toMatchObject({ error: { code: 'unreachable' }, message: expect.stringContaining(why) });
    }
    expect((await list('there')).success).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(9_000);
    const { reply, ms } = await black;
    expect(reply).toMatchObject({ error: { code: 'unreachable' }, message: expect.stringContaining('10 s') });
    expect(ms).toBeGreaterThan(9_900);
    expect(ms).toBeLessThan(13_000);
  });

  test('that breaks in mid-sample is seen within the keepalives, and nothing is left running there', async () => {
    expect((await list('there')).success).toBe(true);
    const host = await remote.open('there');
    const streaming = host.stream(['tail', '-f', '/proc/self/status'], {
      onOutput: () => {},
      stop: new AbortController().signal,
    });
    const measuring = remote.call('get_interface_traffic', 'there', { iface: 'eth0', sample_seconds: 30 });
    await expect.poll(() => running('tail -f /proc/self/status').length).toBe(1);
    const cutMs = performance.now();
    ip('link', 'set', cable, 'down');
    await expect(streaming).rejects.toMatchObject({ code: 'ssh_lost' });
    expect((await measuring).error?.code).toBe('ssh_lost');
    expect(performance.now() - cutMs).toBeLessThan(17_000); // 15 s, and what the sample waits for
    ip('link', 'set', cable, 'up');
    ip('neighbour', 'replace', '198.51.100.3', 'lladdr', '02:00:5e:00:53:03', 'dev', cable, 'nud', 'permanent');
    // The other end hears of it when it sends or its TCP gives up: then its leash ends the program.
    await there.cutConnections();
    await expect.poll(() => running('tail -f /proc/self/status'), { timeout: 8_000 }).toEqual([]);
    expect((await list('there')).success).toBe(true);
  });
});

describe('a password and a passphrase', () => {
  test('stand in no result, no log line, no command line and no environment', async () => {
    const canaries = ['canary-5e1d90-password', 'canary-5e1d90-passphrase'];
    const [password = '', passphrase = ''] = canaries;
    const logged: string[] = [];
    const spies = (['log', 'info', 'warn', 'error'] as const).map(name =>
      vi.spyOn(console, name).mockImplementation((...words) => void logged.push(words.map(String).join(' '))),
    );
    const key = path.join(folder, 'canary-key');
    await copyFile(sshd.encryptedKeyFile, key);
    await chmod(key, 0o600);
    spawnSync('ssh-keygen', ['-q', '-p', '-P', sshd.passphrase, '-N', passphrase, '-f', key]);
    remote.add({ name: 'canary-key', port: sshd.port, key_file: key });
    remote.secrets.set('passphrase:canary-key', passphrase);
    remote.add({ name: 'canary-wrong', port: sshd.port, username: 'nwpass' });
    remote.secrets.set('password:canary-wrong', password);
    try {
      const calls = [
        list('canary-key'),
        list('canary-wrong'),
        remote.lab.call('list_network_interfaces', { host: 'canary-key', username: 'nwpass', password }),
        remote.lab.call('get_interface_traffic', {
          host: 'nobody.invalid',
          username: 'x',
          password,
          iface: 'lo',
          sample_seconds: 3,
        }),
        remote.lab.call('query_network_connections', { host: '127.0.0.1', ssh_port: 1, username: 'x', password, bad: password }),
      ];
      const replies = await Promise.all(calls);
      const measuring = remote.call('get_interface_traffic', 'canary-key', { iface: 'lo', sample_seconds: 3 });
      let processes = '';
      const look = (): string => {
        processes = spawnSync('ps', ['-eo', 'args', 'e'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout;
        return processes;
      };
      await expect.poll(look).toContain('iftop -t');
      replies.push(await measuring, await remote.lab.call('list_hosts'));
      expect(replies[0]?.success).toBe(true);
      for (const text of [JSON.stringify(replies), logged.join('\n'), processes, sshd.log()]) {
        for (const canary of canaries) expect(text).not.toContain(canary);
      }
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });
});

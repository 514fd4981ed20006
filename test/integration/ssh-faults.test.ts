import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionList } from '../../src-shared/model/connection';
import type { InterfaceList } from '../../src-shared/model/interface';
import type { PortCheck } from '../../src-shared/model/port';
import { openRemoteLab, type RemoteLab } from '../support/remote-lab';
import { createSshLab, type LabUser, type SshLab } from '../support/ssh-lab';
import { ip } from './engine-lab';

// A real sshd, and accounts and settings as they are met: each must work, or say what is wrong.

const PASSWORD = 'canary-8f2c77';
/** Refuses what csh and fish would: it knows how to exec a program and nothing of POSIX. */
const FOREIGN_SHELL = `#!/bin/sh
case "$2" in
*['=<>|;&$()\`']*) echo "$0: Ambiguous output redirect." >&2; exit 1 ;;
esac
exec /bin/sh -c "$2"
`;

let remote: RemoteLab;
let sshd: SshLab;
let folder: string;
const labs: SshLab[] = [];

beforeAll(async () => {
  remote = openRemoteLab();
  folder = await mkdtemp(path.join(tmpdir(), 'netsonde-faults-'));
  await chmod(folder, 0o711); // the foreign shell stands in it
  const foreign = path.join(folder, 'foreign-shell');
  await writeFile(foreign, FOREIGN_SHELL, { mode: 0o755 });
  await writeFile(path.join(folder, 'banner'), 'Authorised use only.\u001b[2J\n'.repeat(20));
  const users: LabUser[] = [
    { name: 'nfpass', password: PASSWORD },
    { name: 'nfask', password: PASSWORD, sudo: 'password' },
    { name: 'nfsudo', sudo: 'nopasswd' },
    { name: 'nfnologin', shell: '/usr/sbin/nologin' },
    { name: 'nfforeign', shell: foreign, sudo: 'nopasswd' },
  ];
  sshd = await lab({
    users,
    options: {
      config: ['PasswordAuthentication yes', `Banner ${path.join(folder, 'banner')}`],
      environment: {
        PATH: '/usr/bin:/bin',
        LANG: 'de_DE.UTF-8',
        LC_ALL: 'de_DE.UTF-8',
        LC_NUMERIC: 'de_DE.UTF-8',
        GREP_OPTIONS: '-v',
      },
    },
  });
  for (const { name } of [...users, { name: 'root' }]) {
    remote.add({ name, port: sshd.port, username: name, key_file: sshd.privateKeyFile });
  }
});
afterAll(async () => {
  await remote.stop();
  for (const each of labs) await each.stop();
  await rm(folder, { recursive: true, force: true });
});

async function lab(options: Parameters<typeof createSshLab>[0]): Promise<SshLab> {
  const made = await createSshLab(options);
  labs.push(made);
  remote.known.add(made.hostKeyLine);
  return made;
}

const list = (name: string) => remote.call('list_network_interfaces', name);

describe('a log-in', () => {
  test('by a password works; by a wrong one, or a key that is not taken, it is refused and named', async () => {
    remote.add({ name: 'by-password', port: sshd.port, username: 'nfpass' });
    remote.secrets.set('password:by-password', PASSWORD);
    expect((await list('by-password')).success).toBe(true);
    remote.add({ name: 'wrong-password', port: sshd.port, username: 'nfpass' });
    remote.secrets.set('password:wrong-password', 'hunter2');
    expect(await list('wrong-password')).toMatchObject({
      success: false,
      message: expect.stringContaining('did not let nfpass in'),
      error: { code: 'auth_failed', hint: expect.stringContaining('password') },
    });
    const stranger = await lab({});
    remote.add({ name: 'wrong-key', port: sshd.port, key_file: stranger.privateKeyFile });
    expect(await list('wrong-key')).toMatchObject({
      error: { code: 'auth_failed', hint: expect.stringContaining('key') },
    });
  });

  test('by an encrypted key needs its passphrase', async () => {
    remote.add({ name: 'locked', port: sshd.port, key_file: sshd.encryptedKeyFile });
    expect(await list('locked')).toMatchObject({
      error: { code: 'auth_failed' },
      message: expect.stringContaining('passphrase'),
    });
    remote.secrets.set('passphrase:locked', 'wrong');
    expect(await list('locked')).toMatchObject({ error: { code: 'auth_failed' } });
    remote.secrets.set('passphrase:locked', sshd.passphrase);
    expect((await list('locked')).success).toBe(true);
  });
});

describe('an account', () => {
  test('without a shell is told so, in its own words', async () => {
    expect(await list('nfnologin')).toMatchObject({
      error: { code: 'permission_denied', hint: expect.stringContaining('/bin/sh') },
      message: expect.stringContaining('This account is currently not available'),
    });
  });

  test('whose sudo asks for a password is a plain user: named, and nothing waits', async () => {
    const startedMs = performance.now();
    const reply = await remote.call('check_port_occupation', 'nfask', { port: sshd.port });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(reply.data as unknown as PortCheck).toMatchObject({ is_occupied: true, occupations: [{ pid: null }] });
    const { hosts } = (await remote.lab.call('list_hosts')).data as unknown as { hosts: { name: string }[] };
    expect(hosts.find(({ name }) => name === 'nfask')).toMatchObject({
      state: 'degraded',
      privilege: 'none',
      reason: expect.stringContaining('sudo'),
    });
  });

  test('whose shell is no POSIX shell measures, streams and ends its programs all the same', async () => {
    expect((await list('nfforeign')).success).toBe(true);
    const host = await remote.open('nfforeign');
    expect(host.facts.privilege).toBe('sudo');
    const { stdout } = await host.exec(['printf', '%s', 'a\\b\n\'"$HOME"'], { timeoutMs: 5_000, leashed: true });
    expect(stdout).toBe('a\\b\n\'"$HOME"');
    await expect(host.exec(['sleep', '61.7'], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
    await expect.poll(() => running('sleep 61.7'), { timeout: 5_000 }).toEqual([]);
  });

  test('that prints at the start on both streams disturbs neither answers nor a stream of bytes', async () => {
    const noisy = await lab({
      users: [{ name: 'nfnoise', shell: '/bin/bash' }],
      options: { environment: { SHLVL: '0' } }, // bash reads ~/.bashrc
    });
    await writeFile('/home/nfnoise/.bashrc', 'echo "Good morning"; printf "half a line"; echo "You have mail" >&2\n');
    remote.add({ name: 'noisy', port: noisy.port, username: 'nfnoise', key_file: noisy.privateKeyFile });
    expect((await list('noisy')).success).toBe(true);
    const host = await remote.open('noisy');
    const chunks: Buffer[] = [];
    const { stderr } = await host.stream(['sh', '-c', "printf '\\000\\377bytes'; echo complaint >&2"], {
      onOutput: chunk => chunks.push(Buffer.from(chunk)),
      stop: new AbortController().signal,
    });
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 0xff, ...Buffer.from('bytes')]));
    expect(stderr).toBe('complaint\n');
  });
});

describe('programs there', () => {
  test('run without a locale and with sbin in the path, as root and through sudo', async () => {
    for (const name of ['root', 'nfsudo', 'nfpass']) {
      const host = await remote.open(name);
      for (const leashed of [false, true]) {
        const said = await host.exec(['sh', '-c', 'echo "$LC_ALL,$LANG,$PWD"'], { timeoutMs: 5_000, leashed });
        expect(said.stdout).toBe('C,C,/\n');
        const sbin = await host.exec(['nologin'], { timeoutMs: 5_000, leashed, okExitCodes: [1] });
        expect(sbin.stdout).toContain('not available');
      }
    }
  });

  test('get every word as it is, also through sudo', async () => {
    const words = ['', '$HOME', "it's", '"', '`id`', '$(id)', 'a\nb\n', '\\', '*', '~', '-n', 'a=b', '\u001b[2J', 'žluť'];
    for (const name of ['root', 'nfsudo']) {
      const host = await remote.open(name);
      for (const leashed of [false, true]) {
        const { stdout } = await host.exec(['printf', '%s\\0', ...words], { timeoutMs: 5_000, leashed });
        expect(stdout.split('\0')).toEqual([...words, '']);
      }
    }
    const strange = path.join(folder, 'a$(id)\'"\n;b');
    await writeFile(strange, 'content');
    const host = await remote.open('nfsudo');
    expect((await host.exec(['ls', '-d', '--', strange], { timeoutMs: 5_000 })).stdout).toBe(`${strange}\n`); // ls goes through sudo
  });

  test('that say 100 MB are cut at the limit and ended; the next answer is whole', async () => {
    const host = await remote.open('root');
    const argv = ['head', '-c', '100000000', '/dev/zero'] as const;
    for (const leashed of [false, true]) {
      const { stdout, truncated } = await host.exec(argv, { timeoutMs: 20_000, maxBytes: 1_000_000, leashed });
      expect([stdout.length, truncated]).toEqual([1_000_000, true]);
    }
    const cut = await host.readFile('/dev/zero', { maxBytes: 1_000 });
    expect(cut).toBe('\0'.repeat(1_000));
    expect((await host.exec(['echo', 'whole'], { timeoutMs: 5_000 })).stdout).toBe('whole\n');
    await expect.poll(() => running('head -c 100000000'), { timeout: 5_000 }).toEqual([]);
  });

  test('that hang are ended with what they started, at their time or when nobody waits any more', async () => {
    for (const name of ['root', 'nfsudo']) {
      const host = await remote.open(name);
      await expect(host.exec(['sleep', '62.7'], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
      const gone = new AbortController();
      const waiting = host.exec(['sleep', '62.7'], { timeoutMs: 60_000, signal: gone.signal });
      await expect.poll(() => running('sleep 62.7').length).toBeGreaterThan(0);
      gone.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(() => running('sleep 62.7'), { timeout: 5_000 }).toEqual([]);
    }
  });

  test('may have names that steer terminals: they come without what steers', async () => {
    const program = path.join(folder, '\u001b]0;x\u0007\u202eps');
    await copyFile('/usr/bin/busybox', program);
    const port = 20_000 + (process.pid % 10_000);
    const child = spawn(program, ['-l', '-p', String(port)], { argv0: 'nc', stdio: 'ignore' });
    try {
      const found = async () =>
        ((await remote.call('query_network_connections', 'root', { query: `port:${port}` })).data as unknown as ConnectionList)
          .connections;
      await expect.poll(async () => (await found()).length).toBe(1);
      const [row] = await found();
      expect(row?.program).toBe(']0;xps');
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });
});

describe('an interface name', () => {
  test('that a shell could read as more is listed there, and no call takes it', async () => {
    const namespace = `nsf-${process.pid}`;
    ip('netns', 'add', namespace);
    try {
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      ip('-n', namespace, 'link', 'add', 'a$(id)', 'type', 'veth', 'peer', 'name', 'it\'s"x');
      const host = await remote.open('root');
      const inside = await host.exec(['ip', 'netns', 'exec', namespace, 'ls', '/sys/class/net/'], { timeoutMs: 5_000 });
      expect(inside.stdout.split('\n')).toEqual(expect.arrayContaining(['a$(id)', 'it\'s"x']));
    } finally {
      ip('netns', 'delete', namespace);
    }
    for (const iface of ['a$(id)', 'it\'s"x', '-w', 'x;id', '=1+1']) {
      expect(await remote.call('get_interface_traffic', 'root', { iface, sample_seconds: 3 })).toMatchObject({
        error: { code: 'invalid_argument' },
      });
    }
  });
});

describe('a server', () => {
  test('that allows one session is measured through it; what needs another is named', async () => {
    const narrow = await lab({ options: { config: ['MaxSessions 1'] } });
    remote.add({ name: 'narrow', port: narrow.port, key_file: narrow.privateKeyFile });
    const [interfaces, connections, traffic] = await Promise.all([
      list('narrow'),
      remote.call('query_network_connections', 'narrow', { query: `port:${narrow.port}` }),
      remote.call('get_interface_traffic', 'narrow', { iface: 'lo', sample_seconds: 3 }),
    ]);
    expect([interfaces, connections, traffic].map(({ success }) => success)).toEqual([true, true, true]);
    expect(JSON.stringify(traffic.data.source)).toContain('opened no further session');
    expect(await remote.call('start_packet_capture', 'narrow', { target: 'auto', interface: 'lo' })).toMatchObject({
      error: { code: 'permission_denied' },
      message: expect.stringContaining('opened no further session'),
    });
    // A program that hangs is ended by a signal of sshd, which gives none to root's sessions.
    remote.add({ name: 'narrow-user', port: narrow.port, username: 'nfpass', key_file: narrow.privateKeyFile });
    const host = await remote.open('narrow-user');
    await expect(host.exec(['sleep', '63.7'], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
    await expect.poll(() => running('sleep 63.7'), { timeout: 5_000 }).toEqual([]);
    expect((await list('narrow-user')).success).toBe(true);
  });

  test('whose clock is an hour ahead gives no ages and times of the wrong hour', async () => {
    const ahead = await lab({
      options: {
        environment: {
          LD_PRELOAD: '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
          FAKETIME: '+1h',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      },
    });
    remote.add({ name: 'ahead', port: ahead.port, key_file: ahead.privateKeyFile });
    const host = await remote.open('ahead');
    const theirs = Number((await host.exec(['date', '+%s'], { timeoutMs: 5_000 })).stdout);
    expect(theirs - Date.now() / 1_000).toBeGreaterThan(3_590);
    const before = Date.now();
    const interfaces = (await list('ahead')).data as unknown as InterfaceList;
    const sampledMs = Date.parse(interfaces.source.sampled_at);
    expect(sampledMs).toBeGreaterThanOrEqual(before - 1_000);
    expect(sampledMs).toBeLessThanOrEqual(Date.now() + 1_000);
    const traffic = await remote.call('get_interface_traffic', 'ahead', { iface: 'lo', sample_seconds: 3 });
    expect(traffic).toMatchObject({ success: true, data: { total_stats: { rx_rate_avg: expect.any(Number) } } });
    const connections = (await remote.call('query_network_connections', 'ahead', { query: `port:${ahead.port}` }))
      .data as unknown as ConnectionList;
    for (const { age_s } of connections.connections) expect(age_s === null || (age_s >= 0 && age_s < 600)).toBe(true);
  });

  test('behind two jump hosts is reached when every key on the way is known, and named by the hop where it is not', async () => {
    const [one, two, three] = [await lab({}), await lab({}), await lab({})];
    const hop = (name: string, { port, privateKeyFile }: SshLab, jump: string | null) =>
      remote.add({ name, port, key_file: privateKeyFile, jump });
    hop('jump1', one, null);
    hop('jump2', two, 'jump1');
    hop('behind', three, 'jump2');
    remote.known.delete(two.hostKeyLine);
    expect(await list('behind')).toMatchObject({
      error: { code: 'host_key_unknown' },
      message: expect.stringContaining(two.fingerprint),
    });
    expect(three.log()).not.toContain('Connection from');
    remote.known.add(two.hostKeyLine);
    remote.known.delete(three.hostKeyLine);
    expect(await list('behind')).toMatchObject({
      error: { code: 'host_key_unknown' },
      message: expect.stringContaining(three.fingerprint),
    });
    remote.known.add(three.hostKeyLine);
    expect((await list('behind')).success).toBe(true);
    expect(two.log()).toMatch(/Accepted publickey for root/);
    await one.cutConnections();
    // What runs at that moment may be lost; the next call goes all the way anew.
    const after = await list('behind');
    if (!after.success) expect(after.error?.code).toBe('ssh_lost');
    expect((await list('behind')).success).toBe(true);
  });

  test('that 40 hosts are behind lets them all through, though 32 are opened at once', async () => {
    const [gate, inside] = [await lab({}), await lab({})];
    remote.add({ name: 'gate', port: gate.port, key_file: gate.privateKeyFile });
    const names = Array.from({ length: 40 }, (_, index) =>
      remote.add({ name: `inside${index}`, port: inside.port, key_file: inside.privateKeyFile, jump: 'gate' }),
    );
    const hosts = await Promise.all(names.map(name => remote.open(name)));
    expect(hosts.map(({ name }) => name)).toEqual(names);
    expect(gate.log().match(/Accepted publickey/g)).toHaveLength(1);
  });
});

/** Processes whose command line begins with these words. */
function running(words: string): string[] {
  return spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(line => line.startsWith(words));
}

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAN_MAKE_NETWORKS, printed, WHY_SKIPPED } from '../support/network';
import { createSshLab, type SshLab } from '../support/ssh-lab';
import { openTerminal, withoutEscapes } from '../support/terminal';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'out/main/cli.js');
const CANARY = 'C4nary-pa55word';
const USER = 'nscli';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

describe.skipIf(!CAN_MAKE_NETWORKS)(`netsonde hosts (${WHY_SKIPPED})`, () => {
  let sshd: SshLab;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    sshd = await createSshLab({ users: [{ name: USER, password: CANARY }], options: { config: ['PasswordAuthentication yes'] } });
  });
  afterAll(() => sshd.stop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-hosts-'));
    mkdirSync(path.join(folder, '.ssh'));
    // HOME too: this user's own known_hosts and configuration stay out of it.
    env = { ...process.env, HOME: folder, NETSONDE_HOME: path.join(folder, 'home'), LANG: 'C', LC_ALL: 'C', SSH_AUTH_SOCK: '' };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the built command line. @param input what it gets on stdin */
  function hosts(args: string[], input = ''): Promise<Ended> {
    return new Promise(resolve => {
      const child = execFile(process.execPath, [CLI, 'hosts', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      );
      child.stdin?.end(input);
    });
  }
  const add = (name: string, ...more: string[]): Promise<Ended> =>
    hosts([
      'add',
      name,
      '--address',
      '127.0.0.1',
      '--port',
      String(sshd.port),
      '--key',
      sshd.privateKeyFile,
      '--no-agent',
      ...more,
    ]);

  test('a host is added, shown, tested, trusted by its fingerprint, measured and removed', async () => {
    expect(await add('web', '--tag', 'lab', '--tag', 'eu')).toMatchObject({ code: 0, stdout: 'Added web.\n' });
    expect((await hosts(['list'])).stdout).toMatch(
      new RegExp(`^web +root@127\\.0\\.0\\.1:${sshd.port} +idle +– +– +lab eu$`, 'm'),
    );
    const unknown = await hosts(['test', 'web']);
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain(`is not known: ${sshd.fingerprint}`);
    expect(unknown.stdout).toContain('netsonde hosts trust web');
    expect(await hosts(['trust', 'web', '--yes', '--fingerprint', sshd.fingerprint])).toMatchObject({ code: 0 });
    const known = await hosts(['test', 'web']);
    expect(known, known.stdout).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/✓ Abilities {2}root: everything[\s\S]*web can be measured\.\n$/),
    });
    expect(await hosts(['remove', 'web'])).toMatchObject({ code: 0, stdout: 'Removed web.\n' });
    expect(await hosts(['test', 'web'])).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no host web.') });
  });

  test('a key is accepted by a person who saw it, and by nobody else', async () => {
    await add('web');
    expect(await hosts(['trust', 'web', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes needs --fingerprint'),
    });
    expect(await hosts(['trust', 'web'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no terminal to ask at') });
    const other = `SHA256:${'A'.repeat(43)}`;
    expect(await hosts(['trust', 'web', '--yes', '--fingerprint', other])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(sshd.fingerprint),
    });
    const line = [process.execPath, CLI, 'hosts', 'trust', 'web'];
    const refusing = openTerminal(line, env);
    await refusing.shows(/shows the ssh-ed25519 key/);
    await refusing.shows(/\(y\/N\)/);
    refusing.type('\n');
    expect(await refusing.ended).toBe(1);
    expect((await hosts(['test', 'web'])).code).toBe(1);
    const accepting = openTerminal(line, env);
    await accepting.shows(/\(y\/N\)/);
    accepting.type('y\n');
    expect(await accepting.ended).toBe(0);
    expect(withoutEscapes(accepting.output())).toContain(sshd.fingerprint);
    expect((await hosts(['test', 'web'])).code).toBe(0);
  });

  test('a password is typed without echo, opens the account while the server runs, and is found nowhere', async () => {
    const server = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = once(server, 'close');
    try {
      await printed(server, /serves http/);
      const line = [
        process.execPath,
        CLI,
        'hosts',
        'add',
        'plain',
        '--address',
        '127.0.0.1',
        '--port',
        String(sshd.port),
        '--user',
        USER,
        '--password',
      ];
      const adding = openTerminal(line, env);
      await adding.shows(new RegExp(`Password of ${USER} on plain: `));
      adding.type(`${CANARY}\n`);
      await adding.shows(/Added plain\./);
      expect(await adding.ended).toBe(0);
      expect(adding.output()).not.toContain(CANARY);
      expect((await hosts(['trust', 'plain', '--yes', '--fingerprint', sshd.fingerprint])).code).toBe(0);
      const tested = await hosts(['test', 'plain']);
      expect(tested, tested.stdout).toMatchObject({ code: 0 });
      expect(tested.stdout).toContain('no root and no sudo');
      for (const name of readdirSync(path.join(folder, 'home'))) {
        expect(readFileSync(path.join(folder, 'home', name), 'utf8'), name).not.toContain(CANARY);
      }
      expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(CANARY);
    } finally {
      server.kill('SIGTERM');
      await closed;
    }
  });

  test('a password from a pipe is taken without a question; without a server it is said that it is forgotten', async () => {
    const args = ['add', 'plain', '--address', '127.0.0.1', '--user', USER, '--password'];
    const { code, stderr, stdout } = await hosts(args, `${CANARY}\n`);
    expect(code).toBe(0);
    expect(stderr).toContain('is forgotten when this command ends');
    expect(stdout + stderr).not.toContain(CANARY);
    expect(await hosts(args.with(1, 'other'), '')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nothing was typed'),
    });
  });

  test('the configuration of OpenSSH is imported with its includes, and what cannot be is said', async () => {
    const ssh = (name: string, content: string): void => writeFileSync(path.join(folder, '.ssh', name), content);
    ssh(
      'config',
      'Include team.conf\nHost web\n HostName 127.0.0.1\n ProxyJump gate\nHost bad\n HostName a;b\nMatch exec "touch x"\n User evil\n',
    );
    ssh('team.conf', 'Host gate\n HostName 192.0.2.1\n User ops\n');
    const imported = await hosts(['import']);
    expect(imported.code).toBe(0);
    expect(imported.stdout).toContain('Imported 2 hosts.\ngate web\n');
    expect(imported.stdout).toMatch(/– bad: its address "a;b"/);
    expect(imported.stdout).toContain('Line 7: Match was passed over');
    expect((await hosts(['list'])).stdout).toMatch(/^gate +ops@192\.0\.2\.1:22/m);
  });

  test('a file with passwords stays as it is where nothing keeps them, and is named', async () => {
    const file = path.join(folder, 'netsonde.yaml');
    const content = `IftopConfig:\n  remote_hosts:\n    - host: 127.0.0.1\n      name: web\n      username: ${USER}\n      password: ${CANARY}\n`;
    writeFileSync(file, content);
    const { code, stdout, stderr } = await hosts(['import', file]);
    expect(code).toBe(0);
    expect(stdout).toContain(`1 password is kept in memory only; ${file} stays as it is`);
    expect(stdout + stderr).not.toContain(CANARY);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('each command explains itself, in Chinese as well', async () => {
    const english = await hosts(['--help']);
    for (const command of ['add', 'import', 'list', 'test', 'trust', 'remove'])
      expect(english.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    env = { ...env, LANG: 'zh_CN.UTF-8', LC_ALL: '' };
    expect((await hosts(['add', '--help'])).stdout).toContain('询问密码');
  });
});

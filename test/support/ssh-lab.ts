import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { printed } from './network';

const run = promisify(execFile);

const SSHD = '/usr/sbin/sshd';
/** Where sshd(8) locks itself in before a login; a package makes it only when a service is started. */
const SEPARATION_DIR = '/run/sshd';

/** An account made for a test. root is there already: it logs in by the lab's key. */
export interface LabUser {
  name: string;
  /** Without one, only the lab's key lets the account in. */
  password?: string;
  /** `nopasswd`: may run all as root without being asked; `password`: is asked; none by default. */
  sudo?: 'nopasswd' | 'password';
  /** Login shell, /bin/sh by default. */
  shell?: string;
}

export interface SshLabOptions {
  /** The namespace it listens in; this machine's own by default. */
  namespace?: string;
  /** Where it listens, 127.0.0.1 by default. */
  address?: string;
  /** A free one by default; needed in a namespace of its own. */
  port?: number;
  /** Kinds of host keys it shows, ed25519 by default. */
  hostKeys?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  /** Lines of sshd_config put first, so that they win: `PasswordAuthentication yes`, `ForceCommand …`, `Banner …`. No Match. */
  config?: readonly string[];
  /** Environment of every login, as SetEnv gives it. */
  environment?: Readonly<Record<string, string>>;
}

/** A real sshd with keys of its own, known to nobody else. */
export interface SshLab {
  address: string;
  port: number;
  /** Folder of the lab's files, passable by all (0711): sshd reads authorized_keys as the user; removed by `stop`. */
  folder: string;
  /** Lines for known_hosts, one a key. */
  hostKeyLine: string;
  /** SHA256 fingerprint of the first host key, as ssh-keygen -l says it. */
  fingerprint: string;
  /** Lets root and every user of the lab in. */
  privateKeyFile: string;
  /** The same key, encrypted with `passphrase`. */
  encryptedKeyFile: string;
  passphrase: string;
  pid: number;
  /** What sshd logged (LogLevel VERBOSE). */
  log(): string;
  /** Shows other keys from now on: sshd is started again on the same port. @returns the new lines for known_hosts */
  changeHostKeys(): Promise<string>;
  /** Ends every connection that is open, and none of sshd itself. */
  cutConnections(): Promise<void>;
  /** Ends sshd and what it forked, removes users, sudo rules and the folder. */
  stop(): Promise<void>;
}

/** Starts an sshd; it takes connections when it resolves. Needs root, as does making users. */
export async function createSshLab({
  users = [],
  options = {},
}: {
  users?: readonly LabUser[];
  options?: SshLabOptions;
} = {}): Promise<SshLab> {
  const folder = await mkdtemp(path.join(tmpdir(), 'netsonde-sshd-'));
  const { address = '127.0.0.1', hostKeys = ['ed25519'] } = options;
  const port = options.port ?? (await freePort(address));
  const passphrase = 'correct horse battery staple';
  const [privateKeyFile, encryptedKeyFile, authorizedKeys, configFile] = [
    'user_key',
    'user_key_encrypted',
    'authorized_keys',
    'sshd_config',
  ].map(name => path.join(folder, name)) as [string, string, string, string]; // a map over four names gives four paths
  const made: string[] = [];
  let logged = '';
  let sshd: ChildProcess | null = null;

  const makeHostKeys = async (): Promise<{ line: string; fingerprint: string }> => {
    const lines: string[] = [];
    for (const type of hostKeys) {
      const file = hostKeyFile(folder, type);
      await rm(file, { force: true });
      await rm(`${file}.pub`, { force: true });
      await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'lab', '-f', file]);
      const [kind, key] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
      lines.push(`[${address}]:${port} ${kind} ${key}`);
    }
    const { stdout } = await run('ssh-keygen', ['-l', '-f', `${hostKeyFile(folder, hostKeys[0] ?? 'ed25519')}.pub`]);
    return { line: lines.join('\n'), fingerprint: stdout.split(' ')[1] ?? '' };
  };

  const start = async (): Promise<ChildProcess> => {
    // -D: no fork, so that its pid is the one we end; -e: log on stderr. A test run that is killed takes it along.
    const argv = ['setpriv', '--pdeathsig', 'TERM', SSHD, '-D', '-e', '-f', configFile];
    const [program = '', ...args] = options.namespace === undefined ? argv : ['ip', 'netns', 'exec', options.namespace, ...argv];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.on('data', (chunk: Buffer) => {
      logged += chunk.toString();
    });
    await printed(child, /Server listening on/);
    return child;
  };

  const end = async (): Promise<void> => {
    if (!sshd?.pid || sshd.exitCode !== null || sshd.signalCode !== null) return;
    await cut(sshd.pid);
    const closed = once(sshd, 'close');
    sshd.kill('SIGTERM');
    await closed;
  };

  const stop = async (): Promise<void> => {
    await end();
    for (const name of made.reverse()) await removeUser(name);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await mkdir(SEPARATION_DIR, { recursive: true, mode: 0o755 });
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', privateKeyFile]);
    await writeFile(encryptedKeyFile, await readFile(privateKeyFile), { mode: 0o600 });
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', encryptedKeyFile]);
    await writeFile(authorizedKeys, await readFile(`${privateKeyFile}.pub`), { mode: 0o644 });
    // sshd reads the list of keys as the user who logs in; the private keys beside it are 0600.
    await run('chmod', ['711', folder]);
    for (const user of users) {
      made.push(user.name);
      await makeUser(user);
    }
    let { line, fingerprint } = await makeHostKeys();
    await writeFile(configFile, configText({ folder, address, port, hostKeys, authorizedKeys, options }));
    sshd = await start();
    return {
      address,
      port,
      folder,
      get hostKeyLine() {
        return line;
      },
      get fingerprint() {
        return fingerprint;
      },
      privateKeyFile,
      encryptedKeyFile,
      passphrase,
      get pid() {
        return sshd?.pid ?? 0;
      },
      log: () => logged,
      async changeHostKeys() {
        await end();
        ({ line, fingerprint } = await makeHostKeys());
        sshd = await start();
        return line;
      },
      cutConnections: () => cut(sshd?.pid ?? 0),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

const hostKeyFile = (folder: string, type: string): string => path.join(folder, `host_${type}_key`);

interface ConfigParts {
  folder: string;
  address: string;
  port: number;
  hostKeys: readonly string[];
  authorizedKeys: string;
  options: SshLabOptions;
}

/** The first value of an option wins, so what the test gives comes first. */
function configText({ folder, address, port, hostKeys, authorizedKeys, options }: ConfigParts): string {
  // bash reads ~/.bashrc for commands over SSH unless it takes itself for a shell inside a shell.
  const environment = { SHLVL: '2', ...options.environment };
  return `${[
    ...(options.config ?? []),
    `ListenAddress ${address}`,
    `Port ${port}`,
    ...hostKeys.map(type => `HostKey ${hostKeyFile(folder, type)}`),
    `PidFile ${path.join(folder, 'sshd.pid')}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    'StrictModes no', // the folder of the lab is in /tmp, which is group-writable
    'UsePAM no',
    'UseDNS no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'MaxSessions 64',
    'MaxStartups 200',
    'LogLevel VERBOSE',
    'Subsystem sftp internal-sftp',
    `SetEnv ${Object.entries(environment)
      .map(([name, value]) => `${name}="${value}"`)
      .join(' ')}`,
  ].join('\n')}\n`;
}

/** A port that nobody listens on at this moment. */
async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('a listener on an address has no port');
  return bound.port;
}

const sudoersFile = (name: string): string => `/etc/sudoers.d/netsonde-lab-${name}`;

async function makeUser({ name, password, sudo, shell = '/bin/sh' }: LabUser): Promise<void> {
  await run('useradd', ['--create-home', '--shell', shell, name]);
  // Without a password the account is locked ("!"), which sshd refuses without PAM also for keys: "*" is no password, not locked.
  if (password === undefined) await run('usermod', ['--password', '*', name]);
  else await feed(['chpasswd'], `${name}:${password}\n`);
  if (sudo)
    await writeFile(sudoersFile(name), `${name} ALL=(ALL) ${sudo === 'nopasswd' ? 'NOPASSWD: ' : ''}ALL\n`, { mode: 0o440 });
}

async function removeUser(name: string): Promise<void> {
  await rm(sudoersFile(name), { force: true });
  await run('userdel', ['--remove', '--force', name]).catch((thrown: { code?: number }) => {
    // 6: no such user, when making it failed. 12: no mailbox to remove.
    if (thrown.code !== 6 && thrown.code !== 12) throw thrown;
  });
}

/** Runs a program with a text on its stdin: a password stands in no argv. */
async function feed([program = '', ...args]: readonly string[], text: string): Promise<void> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(text);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** Ends the processes that serve connections, and what runs in them. */
/** Only sshd's own processes: what they run has to notice by itself that the connection is gone. */
async function cut(sshd: number): Promise<void> {
  for (const pid of await descendants(sshd)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (!name.startsWith('sshd')) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (thrown) {
      // ESRCH: ended by itself meanwhile.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
    }
  }
}

async function descendants(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = listed.split(' ').filter(Boolean).map(Number);
  const below = await Promise.all(children.map(descendants));
  return [...children, ...below.flat()];
}

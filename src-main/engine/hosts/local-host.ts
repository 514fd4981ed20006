import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { NetsondeError } from '@shared/errors';
import type { ExecOptions, ExecResult, Host } from './host';
import { CANNOT_RUN, findLeash, type Leash, NOT_FOUND } from './leash';

/** Where system programs live; a desktop session's PATH often lacks sbin. Absolute, so a planted ./ss is never run. */
const SYSTEM_PATH = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/bin',
];
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

export interface LocalHostOptions {
  /** Search path for programs, for tests of missing ones. */
  path?: string;
}

/** This machine. Programs are started with execFile: an argv, never a command line. */
export function createLocalHost({ path = SYSTEM_PATH.join(':') }: LocalHostOptions = {}): Host {
  const platform = process.platform === 'linux' || process.platform === 'darwin' ? process.platform : 'other';
  let distribution: Promise<string> | undefined;
  let leash: ReturnType<typeof findLeash> | undefined;

  return {
    name: 'localhost',
    kind: 'local',
    platform,
    rttMs: null,
    async exec(argv, options) {
      if (!options.leashed) return run(argv, options, path, UNLEASHED);
      leash ??= findLeash(path);
      const found = await leash;
      if (!found) leash = undefined; // none yet, or no descriptor was left to look for one
      return run(argv, options, path, found?.(options.timeoutMs) ?? UNLEASHED);
    },
    async readFile(file, { maxBytes = DEFAULT_MAX_BYTES, signal } = {}) {
      try {
        const content = await readFile(file, { signal, encoding: 'latin1' });
        // latin1 first: one byte a character, so the limit counts bytes; then the real decoding with U+FFFD for bad UTF-8.
        return Buffer.from(content.slice(0, maxBytes), 'latin1').toString('utf8');
      } catch (thrown) {
        throw fileError(file, thrown);
      }
    },
    async readDirectory(directory) {
      try {
        return await readdir(directory);
      } catch (thrown) {
        throw fileError(directory, thrown);
      }
    },
    async readLink(link) {
      try {
        return await readlink(link);
      } catch {
        return null; // gone or not ours to read: both mean "not known", which the caller reports
      }
    },
    async installHint(packages) {
      distribution ??= readFile('/etc/os-release', 'utf8').catch(() => '');
      return installCommand(platform, await distribution, packages);
    },
  };
}

/** The command a person types to get a package on this distribution. */
export function installCommand(
  platform: Host['platform'],
  osRelease: string,
  { apt, rpm = apt, apk = apt, brew = apt }: { apt: string; rpm?: string; apk?: string; brew?: string },
): string {
  if (platform === 'darwin') return `brew install ${brew}`;
  const family = /^ID(?:_LIKE)?=.*$/gm;
  const ids = (osRelease.match(family) ?? []).join(' ');
  if (/alpine/.test(ids)) return `apk add ${apk}`;
  if (/rhel|fedora|centos|rocky|alma|amzn/.test(ids)) return `sudo yum install ${rpm}`;
  if (/arch/.test(ids)) return `sudo pacman -S ${apt}`;
  if (/suse/.test(ids)) return `sudo zypper install ${rpm}`;
  return `sudo apt install ${apt}`;
}

function fileError(file: string, thrown: unknown): NetsondeError {
  const code = (thrown as NodeJS.ErrnoException).code; // fs rejects with ErrnoException only
  if (code === 'EACCES' || code === 'EPERM') {
    return new NetsondeError('permission_denied', `${file} may not be read by this user.`, {
      hint: 'Start Netsonde as root (sudo).',
      cause: thrown,
    });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new NetsondeError('unsupported', `${file} does not exist here.`, { cause: thrown });
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new NetsondeError('busy', `No file descriptor is left to read ${file}.`, {
      hint: 'Raise the limit of open files (ulimit -n) or try again.',
      cause: thrown,
    });
  }
  return new NetsondeError('internal', `${file} could not be read: ${String(thrown)}`, { cause: thrown });
}

const UNLEASHED: Leash = { argv: [], killSignal: 'SIGKILL' };

function run(
  argv: readonly [string, ...string[]],
  options: ExecOptions,
  path: string,
  { argv: leash, killSignal }: Leash,
): Promise<ExecResult> {
  const [program] = argv;
  const [file = program, ...args] = [...leash, ...argv];
  const { timeoutMs, signal, maxBytes = DEFAULT_MAX_BYTES, okExitCodes = [0] } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      args,
      {
        encoding: 'utf8',
        maxBuffer: maxBytes,
        timeout: timeoutMs,
        killSignal,
        signal,
        // A clean environment: no locale that changes output, no LD_PRELOAD or COLUMNS of the user's shell.
        env: { PATH: path, LC_ALL: 'C', LANG: 'C', TZ: process.env.TZ ?? '' },
        cwd: '/',
      },
      (error, stdout, stderr) => {
        if (!error) return resolve({ stdout, stderr, exitCode: 0, truncated: false });
        if (signal?.aborted)
          return reject(
            new NetsondeError('cancelled', `${program} was stopped because the call was cancelled.`, { cause: error }),
          );
        const { code } = error;
        if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return resolve({ stdout, stderr, exitCode: 0, truncated: true });
        if (code === 'ENOENT' || (leash.length > 0 && Number(code) === NOT_FOUND))
          return reject(new NetsondeError('tool_missing', `${program} is not installed.`, { cause: error }));
        if (code === 'EACCES' || code === 'EPERM' || (leash.length > 0 && Number(code) === CANNOT_RUN))
          return reject(new NetsondeError('permission_denied', `${program} may not be run by this user.`, { cause: error }));
        if (code === 'EMFILE' || code === 'EAGAIN' || code === 'ENFILE') {
          return reject(
            new NetsondeError('busy', `${program} could not be started: the limit of open files or processes is reached.`, {
              cause: error,
            }),
          );
        }
        if (error.killed)
          return reject(
            new NetsondeError('timeout', `${program} did not end within ${timeoutMs / 1000} s.`, {
              cause: error,
              data: { stdout },
            }),
          );
        if (typeof code === 'number' && okExitCodes.includes(code))
          return resolve({ stdout, stderr, exitCode: code, truncated: false });
        reject(
          new NetsondeError(
            'internal',
            `${program} ended with code ${String(code ?? error.signal)}: ${stderr.trim().slice(0, 300)}`,
            { cause: error, data: { stderr, exit_code: code } },
          ),
        );
      },
    );
    child.stdin?.end();
  });
}

import { readdir, readFile, readlink } from 'node:fs/promises';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { Helper } from '../../helper/supervisor';
import type { Host } from './host';
import { findLeash, type Leash } from './leash';
import { runProgram, streamProgram } from './run-program';

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
/** A capture lasts an hour at most; the leash gives it a little longer. */
const LONGEST_STREAM_MS = 3_660_000;

export interface LocalHostOptions {
  /** Search path for programs, for tests of missing ones. */
  path?: string;
  helper?: Helper | null;
}

/** This machine. Programs are started without a shell: an argv, never a command line. */
export function createLocalHost({ path = SYSTEM_PATH.join(':'), helper = null }: LocalHostOptions = {}): Host {
  const platform = process.platform === 'linux' || process.platform === 'darwin' ? process.platform : 'other';
  let distribution: Promise<string> | undefined;
  let leash: ReturnType<typeof findLeash> | undefined;

  return {
    name: 'localhost',
    kind: 'local',
    platform,
    rttMs: null,
    ownTraffic: null,
    helper,
    async exec(argv, options) {
      if (!options.leashed) return runProgram(argv, options, path, UNLEASHED);
      leash ??= findLeash(path);
      const found = await leash;
      if (!found) leash = undefined; // none yet, or no descriptor was left to look for one
      return runProgram(argv, options, path, found?.(options.timeoutMs) ?? UNLEASHED);
    },
    async stream(argv, options) {
      leash ??= findLeash(path);
      const found = await leash;
      if (!found) leash = undefined;
      return streamProgram(argv, options, path, found?.(LONGEST_STREAM_MS) ?? UNLEASHED);
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
    return new NetsondeError('permission_denied', text('collect.may_not_read', { file }), {
      hint: text('abilities.run_as_root'),
      cause: thrown,
    });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new NetsondeError('unsupported', text('collect.no_file', { file }), { cause: thrown });
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new NetsondeError('busy', text('collect.no_descriptor_file', { file }), {
      hint: text('error.no_descriptor_hint'),
      cause: thrown,
    });
  }
  return new NetsondeError('internal', `${file} could not be read: ${String(thrown)}`, { cause: thrown });
}

const UNLEASHED: Leash = { argv: [], killSignal: 'SIGKILL' };

import { randomBytes } from 'node:crypto';
import { NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import type { Client } from 'ssh2';
import type { Helper } from '../../../helper/supervisor';
import type { ExecOptions, ExecResult, Host, StreamOptions } from '../host';
import { CANNOT_RUN, NOT_FOUND } from '../leash';
import { installCommand } from '../local-host';
import { FACTS, type Privilege, type RemoteFacts, readFacts, trafficOf } from './facts';
import { KEPT_STDERR_BYTES, skipTo } from './framing';
import { quoteAll } from './quote';
import { openChannel, openShell, SET_UP, SHELL, type Shell } from './shell';

/** Commands at once: a server takes ten sessions by default (MaxSessions), captures need some of them. */
const SHELLS = 3;
const LOOK_MS = 10_000;
const FILE_MS = 10_000;
/** What a stopped program may still say. */
const END_PATIENCE_MS = 5_000;

/** Programs that show more, or anything at all, to root. */
const PRIVILEGED = new Set(['ss', 'netstat', 'lsof', 'iftop', 'tcpdump', 'dumpcap', 'nettop', 'ls']);

/**
 * Runs a program as a child of a shell that ends it when nobody holds its input any more: the connection is the leash, so
 * nothing is left running there, however the connection ends. The program is not in the foreground, so SIGTERM ends it.
 */
const LEASH = `${SET_UP}
exec 3<&0
"$@" </dev/null 3<&- &
p=$!
( cat <&3 >/dev/null; kill -TERM $p; sleep 3; kill -KILL $p ) >/dev/null 2>&1 &
w=$!
exec 3<&-
wait $p
c=$?
kill $w 2>/dev/null
exit $c`;

export interface SshHost extends Host {
  /** Set while the helper runs there. */
  helper: Helper | null;
  readonly facts: RemoteFacts;
  close(): void;
}

/**
 * A machine behind an open SSH connection.
 * @param wanted how to become root there; null: whatever works
 * @throws NetsondeError permission_denied when the account has no shell, unsupported for systems Netsonde does not know
 */
export async function openSshHost(client: Client, name: string, wanted: Privilege | null): Promise<SshHost> {
  const first = await openShell(client, name);
  const idle: Shell[] = [first];
  /** What ends with the connection, even when nobody there confirms it. */
  const open = new Set<{ close(): void }>([first]);
  const waiting: ((shell: Shell | null) => void)[] = [];
  let shells = 1;
  let mostShells = SHELLS;
  let rttMs = await first.ping();
  const facts = readFacts((await first.run(['sh', '-c', FACTS], { timeoutMs: LOOK_MS })).stdout, wanted);
  if (facts.platform === 'other') {
    throw new NetsondeError('unsupported', text('ssh.unknown_system', { host: name, system: facts.system }));
  }

  /** A shell that is free: one is opened as long as there are few, then calls wait in turn. */
  async function take(): Promise<Shell> {
    for (let shell = idle.pop(); shell; shell = idle.pop()) {
      if (shell.isOpen) return shell;
      open.delete(shell);
      shells--;
    }
    if (shells < mostShells) {
      shells++;
      try {
        const shell = await openShell(client, name);
        open.add(shell);
        return shell;
      } catch (thrown) {
        shells--;
        // A server that allows fewer sessions (MaxSessions): those that are open must do.
        if (shells === 0 || !(thrown instanceof NetsondeError) || thrown.code !== 'permission_denied') throw thrown;
        mostShells = shells;
        return take();
      }
    }
    const given = await new Promise<Shell | null>(resolve => waiting.push(resolve));
    return given ?? take();
  }

  function give(shell: Shell): void {
    const next = waiting.shift();
    if (shell.isOpen) {
      if (next) next(shell);
      else idle.push(shell);
      return;
    }
    open.delete(shell);
    shells--;
    next?.(null);
  }

  const raised = (argv: readonly string[]): readonly string[] =>
    facts.privilege === 'sudo' && PRIVILEGED.has(argv[0] ?? '') ? ['sudo', '-n', '--', ...argv] : argv;

  async function run(argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
    if (options.leashed) return runLeashed(argv, options);
    const shell = await take();
    try {
      return await shell.run(argv, options);
    } finally {
      give(shell);
    }
  }

  /** In a session of its own, for what may not end by itself. */
  async function runLeashed(
    argv: readonly string[],
    { timeoutMs, signal, maxBytes = 64 * 1024 * 1024 }: ExecOptions,
  ): Promise<ExecResult> {
    const stop = new AbortController();
    const parts: Buffer[] = [];
    let bytes = 0;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop.abort();
    }, timeoutMs);
    const onAbort = (): void => stop.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) stop.abort();
    try {
      const { stderr, exitCode } = await stream(argv, {
        stop: stop.signal,
        onOutput(chunk) {
          if (bytes <= maxBytes) parts.push(Buffer.from(chunk));
          bytes += chunk.length;
          if (bytes > maxBytes) stop.abort();
        },
      });
      const program = argv[0] ?? '';
      const stdout = Buffer.concat(parts).subarray(0, maxBytes).toString('utf8');
      if (signal?.aborted) throw new NetsondeError('cancelled', text('collect.cancelled', { program }));
      if (isLate)
        throw new NetsondeError('timeout', text('collect.timeout', { program, seconds: timeoutMs / 1_000 }), {
          data: { stdout },
        });
      return { stdout, stderr, exitCode: bytes > maxBytes ? 0 : (exitCode ?? 0), truncated: bytes > maxBytes };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async function stream(
    argv: readonly string[],
    { onOutput, onControl, stop }: StreamOptions,
  ): Promise<{ stderr: string; exitCode: number | null }> {
    const leash = ['sh', '-c', LEASH, 'sh', ...argv];
    const isRaised = facts.privilege === 'sudo' && PRIVILEGED.has(argv[0] ?? '');
    const channel = await openChannel(client, SHELL, name);
    const mark = randomBytes(16).toString('hex');
    channel.write(
      `${SET_UP}; echo ${mark}; echo ${mark} >&2; exec ${quoteAll(isRaised ? ['sudo', '-n', '--', ...leash] : leash)}\n`,
    );
    return new Promise((resolve, reject) => {
      let complaints = Buffer.alloc(0);
      let exit: number | null = null;
      let hasExit = false;
      let patience: NodeJS.Timeout | undefined;
      function keepComplaint(chunk: Buffer): void {
        complaints = Buffer.concat([complaints, chunk]).subarray(-KEPT_STDERR_BYTES);
      }
      const end = (): void => {
        channel.end();
        patience ??= setTimeout(() => {
          channel.close();
          over(); // the other end may never confirm it
        }, END_PATIENCE_MS);
      };
      if (stop.aborted) end();
      stop.addEventListener('abort', end, { once: true });
      onControl?.({ pause: () => channel.pause(), resume: () => channel.resume() });
      // What the start files of the account print is no output of the program.
      const noise = { out: skipTo(mark, onOutput), err: skipTo(mark, keepComplaint) };
      channel.on('data', (chunk: Buffer) => noise.out.take(chunk));
      channel.stderr.on('data', (chunk: Buffer) => noise.err.take(chunk));
      channel.on('exit', (code: number | null) => {
        exit = code;
        hasExit = true;
      });
      const held = { close: over };
      open.add(held);
      channel.on('close', over);
      function over(): void {
        open.delete(held);
        clearTimeout(patience);
        stop.removeEventListener('abort', end);
        const stderr = complaints.toString('utf8');
        const program = argv[0] ?? '';
        if (exit === NOT_FOUND) reject(missing(program));
        else if (exit === CANNOT_RUN) reject(refused(program));
        else if (hasExit && !noise.out.isOver && !stop.aborted) {
          const said = noise.out.said || noise.err.said;
          reject(
            new NetsondeError('permission_denied', text('ssh.no_shell', { host: name, said }), {
              hint: text('ssh.no_shell_hint'),
            }),
          );
        } else if (!hasExit && !stop.aborted) {
          reject(new NetsondeError('ssh_lost', text('ssh.lost', { host: name }), { hint: text('ssh.lost_hint') }));
        } else resolve({ stderr, exitCode: exit });
      }
    });
  }

  return {
    name,
    kind: 'ssh',
    platform: facts.platform,
    facts,
    helper: null as Helper | null, // else its type is null alone
    ownTraffic: facts.connection && trafficOf(facts.connection),
    get rttMs() {
      return rttMs;
    },
    async exec(argv, options) {
      const startedMs = performance.now();
      const result = await run(options.leashed ? argv : raised(argv), options);
      rttMs = Math.min(rttMs, performance.now() - startedMs);
      const { exitCode, stderr, truncated } = result;
      const [program] = argv;
      if (truncated || (options.okExitCodes ?? [0]).includes(exitCode)) return result;
      if (exitCode === NOT_FOUND || /^sudo: .*command not found$/m.test(stderr)) throw missing(program);
      if (exitCode === CANNOT_RUN || /^sudo: /m.test(stderr)) throw refused(program);
      throw new NetsondeError(
        'internal',
        `${program} on ${name} ended with code ${exitCode}: ${sanitizeUntrusted(stderr.trim(), 300)}`,
        {
          data: { stderr, exit_code: exitCode },
        },
      );
    },
    stream,
    async readFile(file, { maxBytes = 64 * 1024 * 1024, signal } = {}) {
      const { stdout, stderr, exitCode, truncated } = await run(['cat', '--', file], {
        timeoutMs: FILE_MS,
        maxBytes,
        ...(signal && { signal }),
      });
      if (exitCode !== 0 && !truncated) throw fileError(name, file, stderr);
      return stdout;
    },
    async readDirectory(directory) {
      const { stdout, stderr, exitCode } = await run(['ls', '-1A', '--', directory], { timeoutMs: FILE_MS });
      if (exitCode !== 0) throw fileError(name, directory, stderr);
      return stdout.split('\n').filter(Boolean);
    },
    async readLink(link) {
      const { stdout, exitCode } = await run(['readlink', '--', link], { timeoutMs: FILE_MS });
      return exitCode === 0 ? stdout.replace(/\n$/, '') : null;
    },
    installHint: packages => Promise.resolve(installCommand(facts.platform, facts.osRelease, packages)),
    close() {
      for (const each of open) each.close();
      for (const next of waiting.splice(0)) next(null);
    },
  };
}

const missing = (program: string): NetsondeError => new NetsondeError('tool_missing', text('collect.missing', { program }));
const refused = (program: string): NetsondeError =>
  new NetsondeError('permission_denied', text('collect.may_not_run', { program }));

function fileError(host: string, file: string, stderr: string): NetsondeError {
  if (/Permission denied|Operation not permitted/.test(stderr)) {
    return new NetsondeError('permission_denied', text('ssh.may_not_read', { host, file }), {
      hint: text('ssh.privilege_hint', { host }),
    });
  }
  return new NetsondeError('unsupported', text('collect.no_file', { file }));
}

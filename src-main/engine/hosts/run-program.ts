import { type ChildProcess, spawn } from 'node:child_process';
import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';
import type { ExecOptions, ExecResult, StreamOptions } from './host';
import { CANNOT_RUN, type Leash, NOT_FOUND } from './leash';

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** The end of what a program complains of: some complain once a row, and only the last words count. */
const KEPT_STDERR_BYTES = 8 * 1024;

/** Runs a program to its end as `Host.exec` promises: an argv, never a command line; nothing on stdin. */
export function runProgram(
  argv: readonly [string, ...string[]],
  { timeoutMs, signal, maxBytes = DEFAULT_MAX_BYTES, okExitCodes = [0] }: ExecOptions,
  path: string,
  { argv: leash, killSignal }: Leash,
): Promise<ExecResult> {
  const [program] = argv;
  const [file = program, ...args] = [...leash, ...argv];
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal,
      // A clean environment: no locale that changes output, no LD_PRELOAD or COLUMNS of the user's shell.
      env: { PATH: path, LC_ALL: 'C', LANG: 'C', TZ: process.env.TZ ?? '' },
      cwd: '/',
    });
    const output: Buffer[] = [];
    let bytes = 0;
    let complaints = Buffer.alloc(0);
    let ended: 'timeout' | 'truncated' | null = null;

    /** Ends it, and no longer listens: a child of its own could hold the pipes open. */
    const end = (why: 'timeout' | 'truncated'): void => {
      ended ??= why;
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill(killSignal);
    };
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    // Without a descriptor left there are no pipes, and `error` says why.
    child.stdout?.on('data', (chunk: Buffer) => {
      output.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) end('truncated');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = Buffer.concat([complaints, chunk]).subarray(-KEPT_STDERR_BYTES);
    });
    child.once('error', error => {
      clearTimeout(timer);
      reject(signal?.aborted ? cancelled(program, error) : startError(program, error));
    });
    child.once('close', (exitCode, killedBy) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(output).subarray(0, maxBytes).toString('utf8');
      const stderr = complaints.toString('utf8');
      if (signal?.aborted) return reject(cancelled(program));
      if (ended === 'timeout')
        return reject(
          new NetsondeError('timeout', text('collect.timeout', { program, seconds: timeoutMs / 1000 }), { data: { stdout } }),
        );
      if (ended === 'truncated') return resolve({ stdout, stderr, exitCode: 0, truncated: true });
      if (exitCode !== null && okExitCodes.includes(exitCode)) return resolve({ stdout, stderr, exitCode, truncated: false });
      if (leash.length > 0 && exitCode === NOT_FOUND) return reject(missing(program));
      if (leash.length > 0 && exitCode === CANNOT_RUN) return reject(refused(program));
      reject(
        new NetsondeError('internal', `${program} ended with code ${exitCode ?? killedBy}: ${stderr.trim().slice(0, 300)}`, {
          data: { stderr, exit_code: exitCode },
        }),
      );
    });
  });
}

/** After the request to end, a program has this long before it is killed. */
const END_PATIENCE_MS = 3_000;

/** Runs a program until it ends or is stopped, as `Host.stream` promises. */
export function streamProgram(
  argv: readonly [string, ...string[]],
  { onOutput, onControl, stop }: StreamOptions,
  path: string,
  { argv: leash }: Leash,
): Promise<{ stderr: string; exitCode: number | null }> {
  const [program] = argv;
  const [file = program, ...args] = [...leash, ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: path, LC_ALL: 'C', LANG: 'C' }, cwd: '/' });
    let complaints = Buffer.alloc(0);
    let killTimer: NodeJS.Timeout | undefined;
    const end = (): void => {
      // `timeout` passes SIGINT on to the program under it.
      child.kill('SIGINT');
      killTimer ??= setTimeout(() => child.kill('SIGTERM'), END_PATIENCE_MS);
    };
    if (stop.aborted) end();
    stop.addEventListener('abort', end, { once: true });
    onControl?.({ pause: () => child.stdout?.pause(), resume: () => child.stdout?.resume() });
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints = Buffer.concat([complaints, chunk]).subarray(-KEPT_STDERR_BYTES);
    });
    const over = (): void => {
      clearTimeout(killTimer);
      stop.removeEventListener('abort', end);
    };
    child.once('error', error => {
      over();
      reject(startError(program, error));
    });
    child.once('close', exitCode => {
      over();
      if (leash.length > 0 && exitCode === NOT_FOUND) reject(missing(program));
      else if (leash.length > 0 && exitCode === CANNOT_RUN) reject(refused(program));
      else resolve({ stderr: complaints.toString('utf8'), exitCode });
    });
  });
}

function startError(program: string, error: NodeJS.ErrnoException): NetsondeError {
  switch (error.code) {
    case 'ENOENT':
      return missing(program, error);
    case 'EACCES':
    case 'EPERM':
      return refused(program, error);
    case 'EMFILE':
    case 'ENFILE':
    case 'EAGAIN':
      return new NetsondeError('busy', text('collect.no_descriptor', { program }), {
        cause: error,
      });
    default:
      return new NetsondeError('internal', `${program} could not be started: ${error.message}`, { cause: error });
  }
}

const missing = (program: string, cause?: Error): NetsondeError =>
  new NetsondeError('tool_missing', text('collect.missing', { program }), { cause });
const refused = (program: string, cause?: Error): NetsondeError =>
  new NetsondeError('permission_denied', text('collect.may_not_run', { program }), { cause });
const cancelled = (program: string, cause?: Error): NetsondeError =>
  new NetsondeError('cancelled', text('collect.cancelled', { program }), { cause });

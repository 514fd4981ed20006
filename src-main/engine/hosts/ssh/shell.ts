import { randomBytes } from 'node:crypto';
import { NetsondeError } from '@shared/errors';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import type { Client, ClientChannel } from 'ssh2';
import type { ExecOptions, ExecResult } from '../host';
import { Complaints, firstLine, Output } from './framing';
import { quoteAll } from './quote';

/** Where system programs live; a session without a login often lacks sbin. What the host has beyond comes last. */
export const REMOTE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/sbin:/opt/homebrew/bin';
/** No locale that changes output, nothing of the user's own start files after this. */
export const SET_UP = `PATH=${REMOTE_PATH}:$PATH; LC_ALL=C; LANG=C; export PATH LC_ALL LANG; cd /`;

/** All that the login shell of an account is asked for: every one of them reads this alike. */
export const SHELL = 'exec /bin/sh';

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const OPEN_MS = 10_000;
/** What a server that does as little as it can says at the very start: enough to show why no shell came. */
const SAID_BYTES = 300;
/** After the request to end, a program has this long before its shell is given up. */
const END_PATIENCE_MS = 2_000;
/** A shell that starts with more than this is no shell. */
const MAX_NOISE_BYTES = 1024 * 1024;

/**
 * One POSIX shell at the other end that runs command after command: an exec of its own costs a login shell each time. Each
 * command is an argv quoted word by word; its output is framed by random words that no output can know.
 */
export interface Shell {
  run(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** Milliseconds to the other end and back. */
  ping(): Promise<number>;
  readonly isOpen: boolean;
  close(): void;
}

interface Job {
  out: Output;
  err: Complaints;
  done: Promise<void>;
  finish(): void;
  fail(error: NetsondeError): void;
}

/**
 * Starts a shell over an open connection.
 * @throws NetsondeError permission_denied when the account has none, ssh_lost, timeout
 */
export async function openShell(client: Client, host: string): Promise<Shell> {
  const channel = await openChannel(client, SHELL, host);
  let job: Job | null = null;
  let isOpen = true;
  let said = '';

  const lost = (): NetsondeError => new NetsondeError('ssh_lost', text('ssh.lost', { host }), { hint: text('ssh.lost_hint') });
  const over = (): void => {
    isOpen = false;
    job?.fail(lost());
    job = null;
  };
  const listen = (chunk: Buffer): void => {
    if (said.length < SAID_BYTES) said += chunk.toString('utf8', 0, SAID_BYTES);
  };
  channel.on('data', (chunk: Buffer) => {
    listen(chunk);
    job?.out.take(chunk);
    check();
  });
  channel.stderr.on('data', (chunk: Buffer) => {
    listen(chunk);
    job?.err.take(chunk);
    check();
  });
  channel.on('close', over);
  channel.on('error', over);

  function check(): void {
    if (!job) return;
    if (job.out.isComplete && job.err.isComplete) {
      const done = job;
      job = null;
      done.finish();
    }
  }

  /** Sends a line; it is done when its marks have come on both streams. */
  function send(line: (mark: string) => string, maxBytes: number): Job {
    const mark = randomBytes(16).toString('hex');
    const { promise: done, resolve: finish, reject: fail } = Promise.withResolvers<void>();
    done.catch(() => {}); // who closes the shell may be nobody who waits
    const next: Job = { out: new Output(Buffer.from(`${mark}.\n`), maxBytes), err: new Complaints(mark), done, finish, fail };
    if (isOpen) {
      job = next;
      channel.write(`${line(mark)}\n`);
    } else fail(lost());
    return next;
  }

  const shell: Shell = {
    get isOpen() {
      return isOpen;
    },
    async ping() {
      const startedMs = performance.now();
      await send(mark => `echo ${mark}.; echo ${mark}. >&2`, 1_024).done;
      return performance.now() - startedMs;
    },
    close() {
      channel.end();
      channel.close();
      over(); // the other end may never confirm it
    },
    async run(argv, { timeoutMs, signal, maxBytes = DEFAULT_MAX_BYTES }) {
      signal?.throwIfAborted();
      let why: 'timeout' | 'cancelled' | 'truncated' | null = null;
      let isAnswered = false;
      let patience: NodeJS.Timeout | undefined;
      const end = (reason: 'timeout' | 'cancelled' | 'truncated'): void => {
        if (why !== null) return;
        why = reason;
        // In another session: this shell waits for the program.
        const pid = job?.err.pid ?? null;
        if (pid !== null) {
          openChannel(client, SHELL, host).then(
            killer => {
              isAnswered = true;
              killer.resume().stderr.resume();
              killer.end(endOf(pid));
            },
            // No further session: sshd passes a signal on to what this one runs, the shell as well.
            () => {
              isAnswered = true;
              if (isOpen) channel.signal('TERM');
            },
          );
        }
        patience = setTimeout(() => {
          shell.close();
          // Not the program is slow, but nothing comes back at all.
          if (why === 'timeout' && !isAnswered) client.destroy();
        }, END_PATIENCE_MS);
      };
      const timer = setTimeout(() => end('timeout'), timeoutMs);
      const onAbort = (): void => end('cancelled');
      signal?.addEventListener('abort', onAbort, { once: true });
      const onData = (): void => {
        if (job?.out.isTooLong) end('truncated');
      };
      channel.on('data', onData);
      const program = argv[0] ?? '';
      const { out, err, done } = send(
        mark =>
          `${quoteAll(argv)} </dev/null & netsonde_pid=$!; echo "${mark}: $netsonde_pid" >&2; wait $netsonde_pid; ` +
          `netsonde_code=$?; echo "${mark}= $netsonde_code" >&2; echo ${mark}. >&2; echo ${mark}.`,
        maxBytes,
      );
      try {
        await done;
        isAnswered = true;
        if (why !== null && why !== 'truncated') throw stopped(why, program, timeoutMs, out.text);
        return { stdout: out.text, stderr: err.text, exitCode: err.exitCode ?? 0, truncated: why === 'truncated' };
      } catch (thrown) {
        if (why === 'timeout' && !isAnswered) throw lost();
        if (why === 'timeout' || why === 'cancelled') throw stopped(why, program, timeoutMs, out.text);
        // It did not end in time: what was wanted of it is here all the same.
        if (why === 'truncated') return { stdout: out.text, stderr: err.text, exitCode: 0, truncated: true };
        throw thrown;
      } finally {
        clearTimeout(timer);
        clearTimeout(patience);
        channel.off('data', onData);
        signal?.removeEventListener('abort', onAbort);
        // What a program that was ended had started may still write: not into the answer of the next one.
        if (why !== null) shell.close();
      }
    },
  };

  const noShell = (code: 'permission_denied' | 'timeout'): NetsondeError =>
    new NetsondeError(code, text('ssh.no_shell', { host, said: firstLine(said) }), { hint: text('ssh.no_shell_hint') });
  const giveUp = (error: NetsondeError): void => {
    job?.fail(error);
    job = null;
    shell.close();
  };
  const { done: ready } = send(mark => `${SET_UP}; echo ${mark}.; echo ${mark}. >&2`, MAX_NOISE_BYTES);
  const onNoise = (): void => {
    if (job?.out.isTooLong) giveUp(noShell('permission_denied'));
  };
  channel.on('data', onNoise);
  const late = setTimeout(() => giveUp(noShell('timeout')), OPEN_MS);
  try {
    await ready;
  } catch (thrown) {
    throw thrown instanceof NetsondeError && thrown.code === 'ssh_lost' ? noShell('permission_denied') : thrown;
  } finally {
    clearTimeout(late);
    channel.off('data', onNoise);
  }
  return shell;
}

function stopped(why: 'timeout' | 'cancelled', program: string, timeoutMs: number, stdout: string): NetsondeError {
  return why === 'timeout'
    ? new NetsondeError('timeout', text('collect.timeout', { program, seconds: timeoutMs / 1_000 }), { data: { stdout } })
    : new NetsondeError('cancelled', text('collect.cancelled', { program }));
}

/**
 * Starts a command in a session of its own. The login shell of the account reads the command, be it csh or fish: so it is
 * given SHELL, and that one reads the rest.
 * @throws NetsondeError ssh_lost; permission_denied when the server opens none; timeout
 */
export function openChannel(client: Client, command: string, host: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(
        new NetsondeError('timeout', text('ssh.no_channel', { host, why: text('ssh.timeout', { seconds: OPEN_MS / 1_000 }) }), {
          hint: text('ssh.lost_hint'),
        }),
      );
    }, OPEN_MS);
    const failed = (cause: Error): void => {
      clearTimeout(timer);
      const isLost = cause.message === 'Not connected' || cause.message === 'No response from server';
      const why = sanitizeUntrusted(cause.message);
      reject(
        new NetsondeError(isLost ? 'ssh_lost' : 'permission_denied', text('ssh.no_channel', { host, why }), {
          hint: text(isLost ? 'ssh.lost_hint' : 'ssh.no_channel_hint'),
          cause,
        }),
      );
    };
    try {
      client.exec(command, (error, channel) => {
        clearTimeout(timer);
        if (error) failed(error);
        else if (isLate) channel.close();
        else resolve(channel);
      });
    } catch (thrown) {
      failed(thrown instanceof Error ? thrown : new Error(String(thrown))); // a connection that is closed throws at once
    }
  });
}

/** Ends a program politely, a second later by force; what sudo started belongs to root. */
const endOf = (pid: number): string =>
  ['TERM', 'KILL'].map(signal => `kill -${signal} ${pid} || sudo -n kill -${signal} ${pid}`).join('; sleep 1; ');

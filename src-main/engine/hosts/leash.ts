import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a program is started through so that it ends when this process does, even by SIGKILL. */
export interface Leash {
  /** Before the program's argv. */
  argv: readonly string[];
  /** Ends the program through the leash: `timeout` passes SIGTERM on, but a SIGKILL would leave its child alone. */
  killSignal: 'SIGTERM' | 'SIGKILL';
}

const PROBE_MS = 2_000;

/**
 * The best leash of this machine, for a program that may run so long; null without any. The kernel tells `timeout` of our
 * death (setpriv of util-linux 2.33), and it ends the program. Without setpriv it does so when the time is over.
 */
export async function findLeash(path: string): Promise<((timeoutMs: number) => Leash) | null> {
  const works = (argv: readonly string[]): Promise<boolean> =>
    run(argv[0] ?? '', [...argv.slice(1), 'true'], { env: { PATH: path }, timeout: PROBE_MS }).then(
      () => true,
      () => false,
    );
  const limit = (seconds: number): string[] => ['timeout', '-s', 'KILL', String(seconds)];
  for (const tie of [['setpriv', '--pdeathsig', 'TERM'], []]) {
    if (await works([...tie, ...limit(1)]))
      return timeoutMs => ({ argv: [...tie, ...limit(Math.ceil(timeoutMs / 1_000) + 1)], killSignal: 'SIGTERM' });
  }
  return null;
}

/** Exit codes of both when they could not start the program, as in a shell. */
export const CANNOT_RUN = 126;
export const NOT_FOUND = 127;

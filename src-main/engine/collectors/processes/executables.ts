import { basename } from 'node:path';
import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../../hosts/host';

const LOOK_MS = 5_000;
/** Asked for at once: a command line has room for many more. */
const MOST = 500;

/** Node 24 calls its main thread so, and with it the process: that says nothing to a person. */
export const MAIN_THREADS: ReadonlySet<string> = new Set(['MainThread', 'node-MainThread']);

/** The names of the programs that processes of a host run, in one look; those it may not see are left out. */
export async function executables(host: Host, pids: readonly number[]): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  if (pids.length === 0) return names;
  const links = pids.slice(0, MOST).map(pid => `/proc/${pid}/exe`);
  // A process that is gone makes ls complain and go on.
  const { stdout } = await host.exec(['ls', '-l', ...links], { timeoutMs: LOOK_MS, okExitCodes: [0, 1, 2] });
  for (const [, pid, target] of stdout.matchAll(/ \/proc\/(\d+)\/exe -> (.+)$/gm)) {
    const name = sanitizeUntrusted(basename((target ?? '').replace(/ \(deleted\)$/, '')));
    if (name) names.set(Number(pid), name);
  }
  return names;
}

import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../hosts/host';
import type { Clock } from './clock';

/** Names of users by uid. */
export interface Users {
  names(host: Host): Promise<ReadonlyMap<number, string>>;
}

const KEPT_MS = 60_000;

export function createUsers(clock: Clock): Users {
  const read = new WeakMap<Host, { atMs: number; names: Promise<Map<number, string>> }>();
  return {
    names(host) {
      let known = read.get(host);
      if (!known || clock.monotonicMs() - known.atMs > KEPT_MS) {
        // macOS and directory services keep users elsewhere: the uid is shown there.
        known = { atMs: clock.monotonicMs(), names: host.readFile('/etc/passwd').then(parsePasswd, () => new Map()) };
        read.set(host, known);
      }
      return known.names;
    },
  };
}

export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name && uid && /^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), sanitizeUntrusted(name));
  }
  return names;
}

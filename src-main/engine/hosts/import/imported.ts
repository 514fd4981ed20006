import { NetsondeError } from '@shared/errors';
import { type HostProfile, type HostProfileInput, hostProfile } from '@shared/model/host';
import type { HostImportFormat } from '@shared/model/host-import-formats';
import { sanitizeUntrusted } from '@shared/sanitize';
import { type Text, text } from '@shared/text/index';
import { MAX_HOSTS } from '../host-book';

export const MAX_IMPORT_BYTES = 1024 * 1024;

export interface ImportedHost {
  profile: HostProfile;
  password: string | null;
}

/** What was found in somebody's configuration. */
export interface Imported {
  hosts: ImportedHost[];
  /** Hosts that could not be taken over. */
  skipped: { name: string; why: Text }[];
  notes: Text[];
}

export function checkSize(content: string): void {
  if (Buffer.byteLength(content) > MAX_IMPORT_BYTES) {
    throw new NetsondeError('invalid_argument', text('hosts.import_too_large', { limit: '1 MiB' }));
  }
}

/** The first field that is none of a profile, in words; null when all are. */
export function problemOf(profile: HostProfileInput): Text | null {
  const parsed = hostProfile.safeParse(profile);
  if (parsed.success) return null;
  const shown = (value: unknown): string => JSON.stringify(sanitizeUntrusted(String(value), 64));
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  if (wrong.has('address')) return text('hosts.skip_address', { value: shown(profile.address) });
  if (wrong.has('username')) return text('hosts.skip_user', { value: shown(profile.username) });
  if (wrong.has('port')) return text('hosts.skip_port', { value: shown(profile.port) });
  return text('hosts.skip_name');
}

/** Collects hosts: each name once, each a profile, no more than the book holds. */
export function createCollection(): Imported & { add(profile: HostProfileInput, password?: string | null): boolean } {
  const hosts = new Map<string, ImportedHost>();
  const skipped: Imported['skipped'] = [];
  const skip = (name: string, why: Text): false => {
    if (skipped.length < MAX_HOSTS) skipped.push({ name: sanitizeUntrusted(name, 64), why });
    return false;
  };
  return {
    get hosts() {
      return [...hosts.values()];
    },
    skipped,
    notes: [],
    add(given, password = null) {
      const problem = problemOf(given);
      if (problem) return skip(given.name, problem);
      const profile = hostProfile.parse(given);
      const key = profile.name.toLowerCase();
      const there = hosts.get(key);
      if (there) {
        // The two lists of the seeds often name the same machines.
        if (JSON.stringify(there.profile) !== JSON.stringify(profile)) return skip(given.name, text('hosts.skip_there'));
        there.password ??= password;
        return true;
      }
      if (hosts.size >= MAX_HOSTS) return skip(given.name, text('hosts.skip_limit', { limit: MAX_HOSTS }));
      hosts.set(key, { profile, password });
      return true;
    },
  };
}

/** The format a file has by its name. */
export function formatOf(file: string): HostImportFormat {
  if (/\.json$/i.test(file)) return 'json';
  if (/\.ya?ml$/i.test(file)) return 'yaml';
  return /\.toml$/i.test(file) ? 'toml' : 'ssh_config';
}

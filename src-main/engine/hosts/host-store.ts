import type { HostEntry, HostProfile } from '@shared/model/host';
import { createHostBook, type HostBook, type TextFile } from './host-book';
import type { HostsOptions } from './hosts';
import { createKnownKeys, type KnownKeys, SYSTEM_LISTS } from './known-keys';
import { createMemorySecrets, type Secrets, secretKey } from './secrets';

/** What is known of remote machines, and where it is kept. */
export interface HostStore {
  book: HostBook;
  keys: KnownKeys;
  secrets: Secrets;
}

export interface HostStoreOptions {
  /** Without one passwords are kept in memory. */
  secrets?: Secrets | undefined;
  /** OpenSSH's lists of known hosts. */
  knownHosts?: readonly string[];
}

/** @param file a file of the home, by a name of the code */
export function openHostStore(
  file: (name: string) => TextFile,
  { secrets = createMemorySecrets(), knownHosts = SYSTEM_LISTS }: HostStoreOptions = {},
): HostStore {
  return {
    book: createHostBook(file('hosts.json'), file('hosts.damaged.json')),
    keys: createKnownKeys({ files: knownHosts, own: file('known_hosts') }),
    secrets,
  };
}

/** The same as the connections want it. */
export function connectionsOf({ book, keys, secrets }: HostStore): Pick<HostsOptions, 'directory' | 'knownHosts' | 'secret'> {
  return { directory: book, knownHosts: () => keys.load(), secret: key => secrets.get(key) ?? undefined };
}

/** A profile with whether there are secrets for it. */
export function entryOf({ secrets }: HostStore, profile: HostProfile): HostEntry {
  const has = (kind: 'password' | 'passphrase'): boolean => secrets.get(secretKey(kind, profile.name)) !== null;
  return { ...profile, has_password: has('password'), has_passphrase: has('passphrase') };
}

/** @param given undefined: as before; empty: forgotten */
export function keepSecrets(
  { secrets }: HostStore,
  host: string,
  given: { password?: string | undefined; passphrase?: string | undefined },
): void {
  for (const kind of ['password', 'passphrase'] as const) {
    const value = given[kind];
    if (value === '') secrets.remove(secretKey(kind, host));
    else if (value !== undefined) secrets.set(secretKey(kind, host), value);
  }
}

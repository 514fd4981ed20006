import { createHostBook, type HostBook, type TextFile } from './host-book';
import type { HostsOptions } from './hosts';
import { createKnownKeys, type KnownKeys, SYSTEM_LISTS } from './known-keys';
import { createMemorySecrets, type Secrets } from './secrets';

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

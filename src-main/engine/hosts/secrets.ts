/**
 * Passwords and passphrases. They are in here and nowhere else: no file of ours, no log, no result, no error. The desktop
 * app gives one over the keychain; this one forgets when the process ends.
 */
export interface Secrets {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Whether they are still there after a restart. */
  readonly lasting: boolean;
}

export type SecretKind = 'password' | 'passphrase';

/** Under what the secret of a host is kept. @param host name of its profile */
export const secretKey = (kind: SecretKind, host: string): string => `${kind}:${host.toLowerCase()}`;

export function createMemorySecrets(): Secrets {
  const kept = new Map<string, string>();
  return {
    get: key => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: key => void kept.delete(key),
    lasting: false,
  };
}

/** Keeps a host's secrets when it gets another name. */
export function moveSecrets(secrets: Secrets, from: string, to: string): void {
  if (from.toLowerCase() === to.toLowerCase()) return;
  for (const kind of ['password', 'passphrase'] as const) {
    const secret = secrets.get(secretKey(kind, from));
    if (secret !== null) secrets.set(secretKey(kind, to), secret);
    secrets.remove(secretKey(kind, from));
  }
}

export function removeSecrets(secrets: Secrets, host: string): void {
  for (const kind of ['password', 'passphrase'] as const) secrets.remove(secretKey(kind, host));
}

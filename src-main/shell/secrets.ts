import type { SafeStorage } from 'electron';
import { createMemorySecrets, type Secrets } from '../engine/hosts/secrets';
import type { KeptFile } from '../engine/services/kept-file';

/** What Electron's safeStorage does for us. */
export type Keychain = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/**
 * Secrets encrypted with a key of the system's keychain. Where there is none (Linux without one: `basic_text`, which encrypts
 * with a password everybody knows) they are kept in memory only.
 * @param file gets the encrypted bytes, in base64
 */
export function createKeychainSecrets(keychain: Keychain, file: KeptFile): Secrets {
  if (!keychain.isEncryptionAvailable() || keychain.getSelectedStorageBackend?.() === 'basic_text') return createMemorySecrets();
  const kept = read(file);
  const write = (): void => file.write(`${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
  return {
    get(key) {
      const encrypted = kept.get(key);
      if (encrypted === undefined) return null;
      try {
        return keychain.decryptString(Buffer.from(encrypted, 'base64'));
      } catch {
        return null; // of another machine, or the keychain was set up anew: it is asked for again
      }
    },
    set(key, value) {
      kept.set(key, keychain.encryptString(value).toString('base64'));
      write();
    },
    remove(key) {
      if (kept.delete(key)) write();
    },
    lasting: true,
  };
}

/** What cannot be read holds nothing that could be had back. */
function read(file: KeptFile): Map<string, string> {
  try {
    const parsed: unknown = JSON.parse(file.read() ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return new Map();
    return new Map(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}

import { expect, test } from 'vitest';
import { memoryFile } from '../engine/services/kept-file';
import { createKeychainSecrets, type Keychain } from './secrets';

/** Turns each byte over: enough to see that nothing is written as it is. */
const keychain = (over: Partial<Keychain> = {}): Keychain => ({
  isEncryptionAvailable: () => true,
  encryptString: text => Buffer.from(Buffer.from(text).map(byte => byte ^ 0xff)),
  decryptString: bytes => Buffer.from(bytes.map(byte => byte ^ 0xff)).toString(),
  getSelectedStorageBackend: () => 'gnome_libsecret',
  ...over,
});

test('a secret is there after a restart, and its text is not in the file', () => {
  const file = memoryFile();
  createKeychainSecrets(keychain(), file).set('password:web', 'canary');
  expect(file.read()).not.toContain('canary');
  const again = createKeychainSecrets(keychain(), file);
  expect([again.lasting, again.get('password:web')]).toEqual([true, 'canary']);
  again.remove('password:web');
  expect(createKeychainSecrets(keychain(), file).get('password:web')).toBeNull();
});

test.each([
  ['without encryption', { isEncryptionAvailable: () => false }],
  ['with basic_text, which everybody can read', { getSelectedStorageBackend: () => 'basic_text' as const }],
])('%s secrets are in memory only, which is said', (_name, over) => {
  const file = memoryFile();
  const secrets = createKeychainSecrets(keychain(over), file);
  secrets.set('password:web', 'canary');
  expect([secrets.lasting, secrets.get('password:web'), file.read()]).toEqual([false, 'canary', null]);
});

test('a file that is damaged, or encrypted by another keychain, holds nothing', () => {
  expect(createKeychainSecrets(keychain(), memoryFile('{')).get('password:web')).toBeNull();
  const decryptString = (): string => {
    throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.');
  };
  expect(
    createKeychainSecrets(keychain({ decryptString }), memoryFile('{"password:web":"AAAA"}')).get('password:web'),
  ).toBeNull();
});

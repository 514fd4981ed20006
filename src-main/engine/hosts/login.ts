import fs from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NetsondeError } from '@shared/errors';
import type { HostProfile } from '@shared/model/host';
import { text } from '@shared/text/index';
import ssh2 from 'ssh2';
import { type SecretKind, secretKey } from './secrets';
import type { Login } from './ssh/connect';

const MAX_KEY_BYTES = 64 * 1024;
/** Tried where a host has no key of its own, as ssh(1) does. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

export interface LoginEnvironment {
  /** Where `~` is. */
  home: string;
  /** Socket of an SSH agent. */
  agent: string | null;
}

export const ownEnvironment = (): LoginEnvironment => ({ home: homedir(), agent: process.env.SSH_AUTH_SOCK || null });

/**
 * What a host can be logged in to with, in the order it is tried: agent, keys, password.
 * @param secret finds what is kept under the key of secrets.ts
 * @param given the password of this call; wins over the one that is kept
 * @throws NetsondeError auth_failed when its own key cannot be used and nothing else is there to try
 */
export function loginOf(
  profile: HostProfile,
  secret: (key: string) => string | undefined,
  given?: string,
  { home, agent }: LoginEnvironment = ownEnvironment(),
): Login {
  const kept = (kind: SecretKind): string | undefined => secret(secretKey(kind, profile.name));
  const passphrase = kept('passphrase');
  const password = given ?? kept('password');
  const login: Login = { username: profile.username, agent: profile.agent ? agent : null, keys: [], password };
  if (profile.key_file === null) {
    const files = DEFAULT_KEYS.map(name => path.join(home, '.ssh', name)).filter(file => fs.existsSync(file));
    return { ...login, keys: files.flatMap(file => usable(readKey(file, passphrase)) ?? []) };
  }
  const file = profile.key_file.replace(/^~(?=\/)/, home);
  const key = readKey(file, passphrase);
  if ('privateKey' in key) return { ...login, keys: [key] };
  // The agent may hold it, unlocked.
  if (login.agent !== null || password !== undefined) return login;
  const values = { file, host: profile.name, reason: key.reason };
  throw key.reason === 'locked' || key.reason === 'wrong'
    ? new NetsondeError('auth_failed', text(key.reason === 'locked' ? 'hosts.key_locked' : 'hosts.key_wrong', values), {
        hint: text('hosts.key_locked_hint', values),
      })
    : new NetsondeError('auth_failed', text('hosts.key_unreadable', values), { hint: text('hosts.key_unreadable_hint', values) });
}

type Key = Login['keys'][number];

const usable = (key: Key | { reason: string }): Key | null => ('privateKey' in key ? key : null);

/** @returns why it cannot be used: `locked` without a passphrase, `wrong` with another one, else the system's code */
function readKey(file: string, passphrase: string | undefined): Key | { reason: string } {
  let privateKey: Buffer;
  try {
    const found = fs.statSync(file);
    if (!found.isFile() || found.size > MAX_KEY_BYTES) return { reason: found.isFile() ? `${found.size} B` : 'no regular file' };
    privateKey = fs.readFileSync(file);
  } catch (thrown) {
    return { reason: thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown) };
  }
  const open = ssh2.utils.parseKey(privateKey);
  if (!(open instanceof Error)) return open.isPrivateKey() ? { privateKey, passphrase: undefined } : { reason: 'no private key' };
  if (!/passphrase|encrypted/i.test(open.message)) return { reason: 'no private key' };
  if (passphrase === undefined) return { reason: 'locked' };
  return ssh2.utils.parseKey(privateKey, passphrase) instanceof Error ? { reason: 'wrong' } : { privateKey, passphrase };
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hostProfile } from '@shared/model/host';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginOf } from './login';
import { createMemorySecrets, moveSecrets, secretKey } from './secrets';

const home = mkdtempSync(path.join(tmpdir(), 'netsonde-login-'));
const locked = path.join(home, '.ssh/locked');
beforeAll(() => {
  mkdirSync(path.join(home, '.ssh'));
  for (const [name, passphrase] of [
    ['id_ed25519', ''],
    ['locked', 'open sesame'],
  ] as const)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', path.join(home, '.ssh', name)]);
  writeFileSync(path.join(home, '.ssh/id_rsa'), 'no key at all\n');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const profile = (fields: object = {}) => hostProfile.parse({ name: 'web', address: '192.0.2.1', ...fields });
const none = () => undefined;
const alone = { home, agent: null };

test('without a key of its own a host gets those of ~/.ssh that can be used, and the agent', () => {
  const login = loginOf(profile({ username: 'admin' }), none, undefined, { home, agent: '/run/agent' });
  expect(login).toMatchObject({ username: 'admin', agent: '/run/agent', password: undefined });
  expect(login.keys).toHaveLength(1);
});

test('a host that leaves the agent out gets none', () => {
  expect(loginOf(profile({ agent: false }), none, undefined, { home, agent: '/run/agent' }).agent).toBeNull();
});

test('a locked key needs its passphrase, which is taken from the secrets of that host', () => {
  const secrets = createMemorySecrets();
  const wanted = profile({ key_file: '~/.ssh/locked' });
  expect(() => loginOf(wanted, key => secrets.get(key) ?? undefined, undefined, alone)).toThrow(
    `The key ${locked} of web needs its passphrase.`,
  );
  secrets.set(secretKey('passphrase', 'WEB'), 'wrong');
  expect(() => loginOf(wanted, key => secrets.get(key) ?? undefined, undefined, alone)).toThrow(/is wrong/);
  secrets.set(secretKey('passphrase', 'web'), 'open sesame');
  expect(loginOf(wanted, key => secrets.get(key) ?? undefined, undefined, alone).keys).toHaveLength(1);
});

test('a locked key is left out where the agent or a password may do', () => {
  const wanted = profile({ key_file: locked });
  expect(loginOf(wanted, none, undefined, { home, agent: '/run/agent' }).keys).toEqual([]);
});

test.each([
  ['is not there', '~/.ssh/nothing', /ENOENT/],
  ['is a public key', '~/.ssh/locked.pub', /no private key/],
  ['is no key', '~/.ssh/id_rsa', /no private key/],
  ['is a folder', '~/.ssh', /no regular file/],
])('a key file that %s is said', (_name, key_file, why) => {
  expect(() => loginOf(profile({ key_file }), none, undefined, alone)).toThrow(why);
});

test('secrets follow a host to its new name and are gone from the old one', () => {
  const secrets = createMemorySecrets();
  secrets.set(secretKey('password', 'web'), 'canary');
  moveSecrets(secrets, 'web', 'www');
  expect(secrets.get(secretKey('password', 'www'))).toBe('canary');
  expect(secrets.get(secretKey('password', 'web'))).toBeNull();
});

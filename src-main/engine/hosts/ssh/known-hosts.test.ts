import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprint, KnownHosts, keyType, knownHostsLine, matchesPattern } from './known-hosts';

function wire(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap(part => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** A key as it stands on the wire. */
const ed25519 = (): Buffer => wire('ssh-ed25519', randomBytes(32));
const ecdsa = (): Buffer => wire('ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.from([4]), randomBytes(64)]));
const rsa = (): Buffer => wire('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0x7f]), randomBytes(255)]));

const line = (names: string, key: Buffer, marker = ''): string =>
  `${marker}${names} ${keyType(key)} ${key.toString('base64')} a comment`;
const hashed = (name: string): string => {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

const key = ed25519();
const other = ed25519();

describe('a list of known hosts', () => {
  test.each<[string, string, string, number, ReturnType<KnownHosts['check']>]>([
    ['names the host', line('web1', key), 'web1', 22, 'known'],
    ['names it in other letters', line('Web1.Example', key), 'wEB1.example', 22, 'known'],
    ['names it among others', line('web1,192.0.2.7', key), '192.0.2.7', 22, 'known'],
    ['names another one', line('web2', key), 'web1', 22, 'unknown'],
    ['is empty', '', 'web1', 22, 'unknown'],
    ['has another key of that kind', line('web1', other), 'web1', 22, 'changed'],
    ['has both keys, as after a change that is under way', `${line('web1', other)}\n${line('web1', key)}`, 'web1', 22, 'known'],
    ['knows it by another kind of key alone', line('web1', ecdsa()), 'web1', 22, 'changed'],
    ['knows it by a hashed name', line(hashed('web1'), key), 'WEB1', 22, 'known'],
    ['has a hashed name of another host', line(hashed('web2'), key), 'web1', 22, 'unknown'],
    ['knows it by a hashed name and a port', line(hashed('[web1]:2222'), key), 'web1', 2222, 'known'],
    ['has a hash that is cut', line('|1|AAAA|BBBB', key), 'web1', 22, 'unknown'],
    ['names the port', line('[web1]:2222', key), 'web1', 2222, 'known'],
    ['names another port', line('[web1]:2223', key), 'web1', 2222, 'unknown'],
    ['names a port, and the host is asked on the usual one', line('[web1]:2222', key), 'web1', 22, 'unknown'],
    ['knows the key of the machine on the usual port', line('web1', key), 'web1', 2222, 'known'],
    ['has another key on the usual port', line('web1', other), 'web1', 2222, 'unknown'],
    [
      'has another key on that port, whatever is on the usual one',
      `${line('[web1]:2222', other)}\n${line('web1', key)}`,
      'web1',
      2222,
      'changed',
    ],
    ['names an IPv6 address and a port', line('[2001:db8::1]:2222', key), '2001:db8::1', 2222, 'known'],
    ['has a wildcard', line('*.example', key), 'web1.example', 22, 'known'],
    ['has a wildcard for one letter', line('web?', key), 'web1', 22, 'known'],
    ['has a wildcard for one letter, and there are two', line('web?', key), 'web12', 22, 'unknown'],
    ['has a wildcard over a port', line('[*.example]:2222', key), 'web1.example', 2222, 'known'],
    ['leaves one host of a wildcard out', line('*.example,!web1.example', key), 'web1.example', 22, 'unknown'],
    ['leaves one host out first', line('!web1.example,*.example', key), 'web1.example', 22, 'unknown'],
    ['leaves another one out', line('*.example,!web2.example', key), 'web1.example', 22, 'known'],
    ['names hosts by leaving one out alone', line('!web2', key), 'web1', 22, 'unknown'],
    ['revokes the key', line('web1', key, '@revoked '), 'web1', 22, 'revoked'],
    ['revokes the key everywhere', `${line('web1', key)}\n${line('*', key, '@revoked ')}`, 'web1', 22, 'revoked'],
    ['revokes the key on the usual port', line('web1', key, '@revoked '), 'web1', 2222, 'revoked'],
    ['revokes another key', `${line('web1', key)}\n${line('web1', other, '@revoked ')}`, 'web1', 22, 'known'],
    ['names an authority, which signs but is no host', line('web1', key, '@cert-authority '), 'web1', 22, 'unknown'],
    ['has a marker nobody knows', line('web1', key, '@trusted '), 'web1', 22, 'unknown'],
    ['has the line as a comment', `# ${line('web1', key)}`, 'web1', 22, 'unknown'],
    ['is indented, with tabs and CR LF', `\t ${line('web1', key).replaceAll(' ', '\t')}\r\n`, 'web1', 22, 'known'],
    ['says another kind than the key is', line('web1', key).replace('ssh-ed25519', 'ssh-rsa'), 'web1', 22, 'unknown'],
    ['is cut in the middle of the key', line('web1', key).slice(0, 30), 'web1', 22, 'unknown'],
    ['holds lines of SSH 1', 'web1 1024 35 1234567890', 'web1', 22, 'unknown'],
  ])('that %s', (_name, list, host, port, verdict) => {
    expect(new KnownHosts(list).check(host, port, key)).toBe(verdict);
  });

  test('is read together with further ones', () => {
    const known = new KnownHosts(line('web1', key), line('web2', other));
    expect([known.check('web1', 22, key), known.check('web2', 22, other)]).toEqual(['known', 'known']);
  });

  test('tells the kinds of key to ask for, of that port before those of the machine', () => {
    const list = [line('web1', rsa()), line('web1', key), line('[web1]:2222', ecdsa()), line('web1', other, '@revoked ')];
    const known = new KnownHosts(list.join('\n'));
    expect(known.keyTypes('web1', 22)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(known.keyTypes('web1', 2222)).toEqual(['ecdsa-sha2-nistp256']);
    expect(known.keyTypes('web1', 2223)).toEqual(['ssh-rsa', 'ssh-ed25519']);
    expect(known.keyTypes('web2', 22)).toEqual([]);
  });

  test('takes a key that is no key for unknown', () => {
    const known = new KnownHosts(line('web1', key));
    expect(known.check('web1', 22, Buffer.alloc(0))).toBe('changed');
    expect(known.check('web2', 22, Buffer.from([255, 255, 255, 255]))).toBe('unknown');
  });

  test('gets lines that it reads again', () => {
    for (const port of [22, 2222]) {
      expect(new KnownHosts(knownHostsLine('Web1', port, key)).check('web1', port, key)).toBe('known');
    }
  });
});

test('ssh-keygen finds, hashes and prints as is done here', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-known-'));
  try {
    const file = path.join(folder, 'known_hosts');
    writeFileSync(file, `${knownHostsLine('web1', 2222, key)}\n${knownHostsLine('web2', 22, other)}\n`);
    const print = execFileSync('ssh-keygen', ['-l', '-F', '[web1]:2222', '-f', file], { encoding: 'utf8' });
    expect(print).toContain(fingerprint(key));
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const list = readFileSync(file, 'utf8');
    expect(list).not.toContain('web1');
    const known = new KnownHosts(list);
    expect([known.check('web1', 2222, key), known.check('web2', 22, other), known.check('web2', 22, key)]).toEqual([
      'known',
      'known',
      'changed',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a pattern of many stars takes no longer than its length', () => {
  const pattern = `${'*a'.repeat(2_000)}b`;
  expect(matchesPattern(pattern, 'a'.repeat(2_000))).toBe(false);
  expect(matchesPattern('*'.repeat(2_000), 'web1')).toBe(true);
  expect(matchesPattern('', '')).toBe(true);
});

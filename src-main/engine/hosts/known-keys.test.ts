import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createKnownKeys } from './known-keys';

const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A key as it stands on the wire, of a kind that is not checked further here. */
const keyOf = (content: string): Buffer => {
  const part = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([part(Buffer.from('ssh-ed25519')), part(Buffer.from(content.padEnd(32, '.')))]);
};
const [one, other] = [keyOf('one'), keyOf('other')];

function ownList() {
  let kept: string | null = null;
  return { read: () => kept, write: (text: string) => void (kept = text) };
}

test('a key that was accepted is known at once, on that port only, and OpenSSH’s list is left as it was', () => {
  const list = path.join(folder, 'known_hosts');
  writeFileSync(list, '# mine\n');
  const own = ownList();
  const keys = createKnownKeys({ files: [list], own });
  expect(keys.load().check('web', 2222, one)).toBe('unknown');
  keys.trust('web', 2222, one);
  expect(keys.load().check('web', 2222, one)).toBe('known');
  expect(keys.load().check('web', 22, one)).toBe('unknown');
  expect(own.read()).toBe(`[web]:2222 ssh-ed25519 ${one.toString('base64')}\n`);
  expect(readFileSync(list, 'utf8')).toBe('# mine\n');
});

test('a host that is known by another key is not accepted, whichever list knows it', () => {
  const list = path.join(folder, 'known_hosts2');
  writeFileSync(list, `web ssh-ed25519 ${one.toString('base64')}\n`);
  const own = ownList();
  const keys = createKnownKeys({ files: [list], own });
  expect(() => keys.trust('web', 22, other)).toThrow(/has changed/);
  expect(own.read()).toBeNull();
});

test('a list is read anew after it changed', () => {
  const list = path.join(folder, 'known_hosts3');
  const keys = createKnownKeys({ files: [list], own: ownList() });
  expect(keys.load().check('web', 22, one)).toBe('unknown'); // not there yet
  writeFileSync(list, `web ssh-ed25519 ${one.toString('base64')}\n`);
  expect(keys.load().check('web', 22, one)).toBe('known');
});

test('a list that cannot be read refuses, with the reason', () => {
  const list = path.join(folder, 'directory');
  mkdirSync(list);
  const keys = createKnownKeys({ files: [list], own: ownList() });
  expect(() => keys.load()).toThrow(`${list} cannot be read (no regular file)`);
});

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quote, quoteAll } from './quote';

const NASTY = [
  '',
  ' ',
  '~',
  '*',
  '#',
  '-w',
  'a$(id)',
  '`id`',
  "it's",
  "'",
  "''",
  '"$HOME"',
  'a\nb',
  'a\\nb\\',
  '!!',
  'a;b&c|d>e<f',
  '$IFS',
  '{a,b}',
  'a=b',
  '\u001b[2J',
  'žluť 🜁',
];

test('a shell gives every word back as it was', () => {
  const line = `for word in ${quoteAll(NASTY)}; do printf '%s\\0' "$word"; done`;
  const words = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }).split('\0');
  expect(words).toEqual([...NASTY, '']);
});

test('a shell that reads its commands from a pipe does so too', () => {
  const input = `printf '%s\\0' ${quoteAll(NASTY)}\n`;
  expect(execFileSync('/bin/sh', { input, encoding: 'utf8' }).split('\0')).toEqual([...NASTY, '']);
});

test('a first word with = is a program and no assignment', () => {
  expect(() => execFileSync('/bin/sh', ['-c', quoteAll(['a=b'])], { stdio: 'ignore' })).toThrow();
});

test('words without meaning for a shell stay readable', () => {
  expect(quoteAll(['ss', '-tunap', '/proc/net/dev', 'root@web1:22'])).toBe('ss -tunap /proc/net/dev root@web1:22');
});

test('NUL, which would end the word, is refused', () => {
  expect(() => quote('a\0b')).toThrow(TypeError);
});

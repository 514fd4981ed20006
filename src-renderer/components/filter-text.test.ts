import { expect, test } from 'vitest';
import { balanced, joinFilter, termTexts } from './filter-text';

test('gives every term its own chip, in the words it was typed with', () => {
  expect(termTexts('state:listen !local port:80,443 nginx')).toEqual(['state:listen', '!local', 'port:80,443', 'nginx']);
});

test('keeps a quoted value in one chip', () => {
  expect(termTexts('process:"web server" state:listen')).toEqual(['process:"web server"', 'state:listen']);
});

test('keeps a text with a mistake in one piece, so that nothing typed is lost', () => {
  expect(termTexts('port:abc state:listen')).toEqual(['port:abc state:listen']);
});

test('joins terms without stray blanks', () => {
  expect(joinFilter('', 'a')).toBe('a');
  expect(joinFilter('a', '')).toBe('a');
  expect(joinFilter('a', 'b')).toBe('a b');
});

test('knows that a quotation is open', () => {
  expect(balanced('process:"web ')).toBe(false);
  expect(balanced('process:"web server"')).toBe(true);
});

import { expect, test } from 'vitest';
import { balanced, filterInForce, isBeingTyped, joinFilter, NO_FILTER, termTexts } from './filter-text';

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

test('takes a mistake for unfinished while the caret is at its term', () => {
  expect(isBeingTyped('state:', 6, 0)).toBe(true);
  expect(isBeingTyped('tcp state:', 10, 4)).toBe(true);
  expect(isBeingTyped('port:abc state:', 15, 0)).toBe(false);
});

test('keeps the filter before a mistake in force', () => {
  const before = filterInForce('host:10.0.0.0/9', NO_FILTER);
  expect(filterInForce('host:10.0.0.0/99', before)).toBe(before);
});

test('does not go on to search for the name of a field that was being typed', () => {
  const typed = ['tcp', 'tcp state', 'tcp state:'].reduce((before, query) => filterInForce(query, before), NO_FILTER);
  expect(typed.query).toBe('tcp');
  expect(filterInForce('state:', filterInForce('state', NO_FILTER))).toEqual(NO_FILTER);
});

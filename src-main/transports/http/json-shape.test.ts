import { expect, test } from 'vitest';
import { MAX_JSON_DEPTH, MAX_JSON_ITEMS, parseJsonBody } from './json-shape';

const parse = (json: string) => parseJsonBody(Buffer.from(json));

test.each([
  ['an empty object', '{}'],
  ['brackets and quotes inside a string', String.raw`{"a":"[[[{\"\\}"}`],
  ['whitespace everywhere', ' { "a" : [ ] , "b" : [ 1 , 2 ] } '],
  ['the deepest that is allowed', '['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH)],
  ['the widest list that is allowed', `[${'0,'.repeat(MAX_JSON_ITEMS - 1)}0]`],
  ['the widest object that is allowed', `{${Array.from({ length: MAX_JSON_ITEMS }, (_, index) => `"${index}":0`).join()}}`],
  ['as many empty lists as elements are allowed', `[${'[],'.repeat(MAX_JSON_ITEMS - 1)}[]]`],
])('takes %s', (_name, json) => {
  expect(parse(json)).toEqual(JSON.parse(json));
});

test.each([
  ['one level too deep', '['.repeat(MAX_JSON_DEPTH + 1) + ']'.repeat(MAX_JSON_DEPTH + 1), /deeper than 64/],
  ['one element too many', `[${'0,'.repeat(MAX_JSON_ITEMS)}0]`, /more than 10000/],
  ['one element too many over two lists', `[[${'0,'.repeat(4_999)}0],[${'0,'.repeat(4_998)}0]]`, /more than 10000/],
  ['a million brackets that never close', '['.repeat(1_000_000), /deeper than 64/],
  ['a string that never ends', '{"a":"', /not valid JSON/],
  ['nothing', '', /not valid JSON/],
  ['a number JSON has not', '{"a":Infinity}', /not valid JSON/],
])('refuses %s', (_name, json, message) => {
  expect(() => parse(json)).toThrow(message);
});

test('refuses bytes that are no UTF-8', () => {
  expect(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
});

test('the prototype is out of reach of a key', () => {
  expect(Object.getPrototypeOf(parse('{"__proto__":{"polluted":true}}'))).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

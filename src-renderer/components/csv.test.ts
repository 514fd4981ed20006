import { expect, test } from 'vitest';
import { toCsv } from './csv';

test('quotes every text and doubles quotes inside', () => {
  expect(toCsv(['name'], [['say "hi", twice']])).toBe('"name"\r\n"say ""hi"", twice"\r\n');
});

test.each(['=1+1', '+1', '-w', '@SUM(A1)', '\tx', '\rx', '\nx'])('disarms %j, which a spreadsheet would run', name => {
  expect(toCsv(['n'], [[name]])).toBe(`"n"\r\n"'${name}"\r\n`);
});

test('writes numbers as numbers and the unknown as nothing', () => {
  expect(toCsv(['a', 'b', 'c'], [[-12.5, null, Number.NaN]])).toBe('"a","b","c"\r\n-12.5,"",""\r\n');
});

test('keeps line breaks inside a cell in one cell', () => {
  expect(toCsv(['a'], [['x\r\ny']])).toBe('"a"\r\n"x\r\ny"\r\n');
});

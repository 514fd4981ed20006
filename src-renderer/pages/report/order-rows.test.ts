import { expect, test } from 'vitest';
import { orderRows } from './order-rows';

const ROWS = [
  { name: 'b.example', ms: 9 },
  { name: 'a.example', ms: null },
  { name: 'c.example', ms: 100 },
];

test('rows come as they are without a sort, and the text is found in any field', () => {
  expect(orderRows(ROWS, '', null, undefined)).toEqual(['0', '1', '2']);
  expect(orderRows(ROWS, ' A.EXAMPLE ', null, undefined)).toEqual(['1']);
});

test('numbers are sorted as numbers, and what is not known stands last in both directions', () => {
  const sorted = (descending: boolean) => orderRows(ROWS, '', { column: 'ms', descending }, ({ ms }) => ms);
  expect(sorted(false)).toEqual(['0', '2', '1']);
  expect(sorted(true)).toEqual(['2', '0', '1']);
});

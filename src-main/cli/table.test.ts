import { expect, test } from 'vitest';
import { cellWidth, fit, formatTable } from './table';

const columns = [
  { title: 'Name', value: (row: { name: string; rate: string }) => row.name, flexible: true },
  { title: 'Rate', value: (row: { name: string; rate: string }) => row.rate, align: 'right' as const },
];

test('columns are as wide as their widest cell, numbers stand right', () => {
  const rows = [
    { name: 'eth0', rate: '12.4 Mbit/s' },
    { name: 'lo', rate: '0 bit/s' },
  ];
  expect(formatTable(rows, columns, { width: null })).toBe('Name         Rate\neth0  12.4 Mbit/s\nlo        0 bit/s');
});

test('the flexible column is cut when the terminal is narrow', () => {
  const rows = [{ name: 'a-very-long-interface-name', rate: '1 bit/s' }];
  for (const line of formatTable(rows, columns, { width: 24 }).split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(24);
});

test('Chinese characters take two cells', () => {
  expect(cellWidth('接口 lo')).toBe(7);
  expect(fit('接口名称', 5)).toBe('接口…');
});

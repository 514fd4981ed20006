import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createKernelSymbols } from './kernel-symbols';

const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-symbols-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const file = path.join(folder, 'kallsyms');
  writeFileSync(file, text);
  return file;
}

test('names a place by the function before it, modules included, data not, whatever their order', async () => {
  const symbols = createKernelSymbols(
    fileOf(
      'ffffffff81000000 T _stext\nffffffff81000100 t nf_hook_slow\nffffffff81000200 D jiffies\nffffffffc0001000 t veth_xmit\t[veth]\nffffffffc0000500 t veth_open\t[veth]',
    ),
  );
  expect(symbols.name(0xffff81000100)).toBeNull(); // not loaded yet
  await symbols.load();
  expect(symbols.name(0xffff81000100)).toBe('nf_hook_slow');
  expect(symbols.name(0xffff810001b8)).toBe('nf_hook_slow+0xb8');
  expect(symbols.name(0xffff81000210)).toBe('nf_hook_slow+0x110');
  expect(symbols.name(0xffffc0000501)).toBe('veth_open+0x1');
  expect(symbols.name(0xffffc0001001)).toBe('veth_xmit+0x1');
  expect(symbols.name(0xffff80ffffff)).toBeNull();
  expect(symbols.name(0xffff90000000)).toBeNull(); // too far from any
  expect(symbols.hidden).toBe(false);
});

test('a kernel that hides its addresses, or the file, has no names and says so', async () => {
  const zeroes = createKernelSymbols(fileOf('0000000000000000 T _stext\n0000000000000000 t nf_hook_slow\n'));
  await zeroes.load();
  expect(zeroes.name(0xffff81000100)).toBeNull();
  expect(zeroes.hidden).toBe(true);
  const absent = createKernelSymbols(path.join(folder, 'absent'));
  await absent.load();
  expect(absent.hidden).toBe(true);
});

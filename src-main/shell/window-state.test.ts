import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadWindowState, saveWindowState } from './window-state';

const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-window-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'window.json');

test('a saved place comes back', () => {
  const state = { x: -20, y: 40, width: 1000, height: 700, maximized: true };
  saveWindowState(file, state);
  expect(loadWindowState(file)).toEqual(state);
});

test.each([
  ['broken JSON', '{"width":'],
  ['a size no screen has', '{"width":1e9,"height":900,"maximized":false}'],
  ['prototype pollution', '{"__proto__":{"width":9},"width":10}'],
])('%s gives the default window', (_name, content) => {
  writeFileSync(file, content);
  expect(loadWindowState(file)).toMatchObject({ x: null, width: 1440, height: 900 });
});

test('a folder that cannot be written does not keep the window from closing', () => {
  expect(() => saveWindowState(path.join(folder, 'absent/window.json'), { x: 0, y: 0, width: 1000, height: 700, maximized: false })).not.toThrow();
});

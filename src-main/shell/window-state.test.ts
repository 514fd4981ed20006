import { expect, test } from 'vitest';
import { memoryFile } from '../engine/services/kept-file';
import { loadWindowState, saveWindowState } from './window-state';

test('a saved place comes back', () => {
  const file = memoryFile(null);
  const state = { x: -20, y: 40, width: 1000, height: 700, maximized: true };
  saveWindowState(file, state);
  expect(loadWindowState(file)).toEqual(state);
});

test.each([
  ['no file', null],
  ['broken JSON', '{"width":'],
  ['a size no screen has', '{"width":1e9,"height":900,"maximized":false}'],
  ['prototype pollution', '{"__proto__":{"width":9},"width":10}'],
])('%s gives the default window', (_name, content) => {
  expect(loadWindowState(memoryFile(content))).toMatchObject({ x: null, width: 1440, height: 900 });
});

test('a disk that cannot be written does not keep the window from closing', () => {
  const full = {
    ...memoryFile(null),
    write: () => {
      throw new Error('ENOSPC');
    },
  };
  expect(() => saveWindowState(full, { x: 0, y: 0, width: 1000, height: 700, maximized: false })).not.toThrow();
});

import { DEFAULT_SETTINGS } from '@shared/model/default-settings';
import { expect, test } from 'vitest';
import { memoryFile } from './kept-file';
import { createSettings } from './settings';

test('begins with the defaults and keeps what was changed', () => {
  const file = memoryFile();
  const settings = createSettings(file, 'C');
  expect(settings.get()).toEqual(DEFAULT_SETTINGS);
  settings.change({ theme: 'dark' });
  expect(createSettings(file, 'C').get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
});

test('a listener gets the present settings first, then each change', () => {
  const settings = createSettings(memoryFile(), 'C');
  const seen: string[] = [];
  const stop = settings.listen(({ theme }) => seen.push(theme));
  settings.change({ theme: 'dark' });
  stop();
  settings.change({ theme: 'light' });
  expect(seen).toEqual(['system', 'dark']);
});

test("the language is the user's choice, else the system's", () => {
  const settings = createSettings(memoryFile(), 'zh_CN.UTF-8');
  expect(settings.language()).toBe('zh-CN');
  settings.change({ language: 'en' });
  expect(settings.language()).toBe('en');
});

test('a field that cannot be read falls back by itself', () => {
  const file = memoryFile(JSON.stringify({ theme: 'dark', language: 'tlh', unknown: 1, __proto__: { rate_unit: 'byte' } }));
  expect(createSettings(file, 'C').get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
});

test.each(['{', '"text'])('a file that is no JSON is an error that names it', content => {
  expect(() => createSettings(memoryFile(content), 'C')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('settings.json') }),
  );
});

test('a change that does not fit is refused and changes nothing', () => {
  const settings = createSettings(memoryFile(), 'C');
  expect(() => settings.change({ theme: 'pink' as 'dark' })).toThrow();
  expect(settings.get()).toEqual(DEFAULT_SETTINGS);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainedIds } from './consequences';
import { DETECTORS } from './index';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => join(import.meta.dirname, entry.name));
const rules = folders
  .flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
  .filter(file => !file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('defineDetector('));

describe('the list of detectors', () => {
  test('holds every rule of the folders once, and each file is named as its problem', () => {
    expect(DETECTORS.map(({ id }) => id).sort()).toEqual(rules.map(file => basename(file, '.ts')).sort());
  });

  test('every rule has a test beside it', () => {
    expect(rules.filter(file => !existsSync(file.replace(/\.ts$/, '.test.ts')))).toEqual([]);
  });

  test('every problem has a title in English and Chinese', () => {
    for (const { text } of DETECTORS) {
      expect(text.en.title).toMatch(/^[A-Z]/);
      expect(text['zh-CN'].title).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('causes and consequences are problems of the list', () => {
    const ids = new Set(DETECTORS.map(({ id }) => id));
    expect(explainedIds().filter(id => !ids.has(id))).toEqual([]);
  });
});

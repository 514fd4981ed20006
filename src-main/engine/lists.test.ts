import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { counterBackends } from './collectors/counters/index';
import { interfaceBackends } from './collectors/interfaces/index';
import { neighbourBackends } from './collectors/neighbours/index';
import { socketBackends } from './collectors/sockets/index';
import { flowBackends } from './collectors/traffic/index';
import { tools } from './tools/index';

test('every tool has a file of its name, and every file its line in the list', () => {
  const files = readdirSync(join(import.meta.dirname, 'tools')).filter(name => name !== 'index.ts' && !name.endsWith('.test.ts'));
  expect(tools.map(({ name }) => `${name.replaceAll('_', '-')}.ts`).toSorted()).toEqual(files.toSorted());
});

test.each([
  ['counters', counterBackends],
  ['interfaces', interfaceBackends],
  ['neighbours', neighbourBackends],
  ['sockets', socketBackends],
  ['traffic', flowBackends],
] as const)('every backend of collectors/%s has its line in the list', (folder, list) => {
  const path = join(import.meta.dirname, 'collectors', folder);
  const declared = readdirSync(path)
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'index.ts')
    .flatMap(name => readFileSync(join(path, name), 'utf8').match(/^export const \w+: Backend</gm) ?? []);
  expect(list).toHaveLength(declared.length);
  expect(new Set(list.map(({ name, platforms }) => `${name} ${platforms.join()}`)).size).toBe(list.length);
});

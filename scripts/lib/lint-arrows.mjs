import path from 'node:path';
import { sources } from './sources.mjs';

/**
 * The rooms of the house and what each may import (docs/architecture.md). The longest matching room counts.
 * `packages`: npm packages allowed beyond Node's own; null = any but electron.
 */
const ROOMS = {
  'src-shared': { imports: ['src-shared'], packages: ['zod', 'i18next', 're2js'] },
  'src-main/engine/hosts': { imports: ['src-main/helper', 'src-shared'] },
  'src-main/engine/collectors': { imports: ['src-main/engine/hosts', 'src-main/helper', 'src-shared'] },
  'src-main/engine/services': {
    imports: [
      'src-main/engine/collectors',
      'src-main/engine/hosts',
      'src-main/engine/packets',
      'src-main/engine/detectors',
      'src-main/engine/history',
      'src-shared',
    ],
  },
  'src-main/engine/packets': { imports: ['src-shared'] },
  'src-main/engine/detectors': { imports: ['src-shared'] },
  'src-main/engine/tools': { imports: ['src-main/engine', 'src-shared'] },
  'src-main/engine': { imports: ['src-main/engine', 'src-main/helper', 'src-shared'] },
  'src-main/helper': { imports: ['src-shared'] },
  'src-main/transports': { imports: ['src-main/engine', 'src-main/home', 'src-shared'] },
  'src-main/shell': { imports: ['src-main', 'src-shared'], packages: ['electron'] },
  'src-main/index.ts': { imports: ['src-main', 'src-shared'], packages: ['electron'] },
  'src-main/version.ts': { imports: ['package.json'] },
  'src-main': { imports: ['src-main', 'src-shared'] },
  'src-preload': { imports: ['src-shared'], packages: ['electron'] },
  'src-renderer': { imports: ['src-renderer', 'src-shared'], noNode: true },
};

const IMPORT =
  /(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]\s*\)|^import\s*['"]([^'"]+)['"]/gm;

const roomOf = file =>
  Object.keys(ROOMS)
    .filter(room => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

const inside = (target, room) => target === room || target.startsWith(`${room}/`) || target.startsWith(`${room}.`);

/** @returns {string[]} one line per import that goes against an arrow */
export function lintArrows(files = sources(['src-shared', 'src-main', 'src-preload', 'src-renderer'])) {
  const problems = [];
  for (const { file, code } of files) {
    const room = roomOf(file);
    const rules = ROOMS[room];
    if (!rules) {
      problems.push(`${file}: stands in no room of the house`);
      continue;
    }
    const isTest = /\.test\.tsx?$/.test(file);
    for (const [, from, dynamic, bare] of code.matchAll(IMPORT)) {
      const specifier = from ?? dynamic ?? bare;
      if (specifier.startsWith('.') || specifier.startsWith('@shared')) {
        const target = specifier.startsWith('@shared')
          ? specifier.replace('@shared', 'src-shared')
          : path.posix.join(path.posix.dirname(file), specifier);
        const allowed = inside(target, room) || rules.imports.some(other => inside(target, other));
        if (!allowed && !(isTest && inside(target, 'test'))) problems.push(`${file}: ${room} must not import ${target}`);
      } else if (specifier === 'electron') {
        if (!rules.packages?.includes('electron')) problems.push(`${file}: only the shell and the preload import electron`);
      } else if (specifier.startsWith('node:')) {
        if ((rules.noNode || room === 'src-shared') && !isTest) problems.push(`${file}: ${room} has no Node (${specifier})`);
      } else if (room === 'src-shared' && !isTest && !rules.packages.some(name => inside(specifier, name))) {
        problems.push(`${file}: src-shared must not import ${specifier}`);
      }
    }
  }
  return problems;
}

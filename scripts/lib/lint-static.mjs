import { sources } from './sources.mjs';

/** Patterns that never stand in the product (threat model section 11), each with the files that may. */
const FORBIDDEN = [
  {
    pattern: /\bexecSync\b|\bimport\s*\{[^}]*\bexec\b[^}]*\}\s*from\s*'node:child_process'/,
    why: 'no command lines: use execFile or spawn with an argv',
  },
  { pattern: /\bshell:\s*true\b/, why: 'no shell' },
  { pattern: /\beval\s*\(|\bnew Function\b/, why: 'no evaluated code' },
  { pattern: /\.innerHTML\s*=|dangerouslySetInnerHTML|document\.write\b/, why: 'no markup from text' },
  {
    pattern: /\bshell\.openExternal\b|import\s*\{[^}]*\bshell\b[^}]*\}\s*from\s*'electron'/,
    why: 'one wrapper opens links',
    allowed: ['src-main/shell/external.ts'],
  },
  { pattern: /\bipcMain\b/, why: 'one registrar checks every sender', allowed: ['src-main/shell/ipc.ts'] },
  { pattern: /\bnew BrowserWindow\b/, why: 'one function makes windows', allowed: ['src-main/shell/window.ts'] },
  { pattern: /\btaskStore\b/, why: 'MCP tasks are not offered' },
  { pattern: /\b(TODO|FIXME|XXX)\b/, why: 'unfinished work belongs into an issue' },
];

/** @returns {string[]} one line per forbidden pattern */
export function lintStatic(files = sources(['src-shared', 'src-main', 'src-preload', 'src-renderer'])) {
  return files
    .filter(({ file }) => !/\.test\.tsx?$/.test(file))
    .flatMap(({ file, code }) =>
      code
        .split('\n')
        .flatMap((line, index) =>
          FORBIDDEN.filter(({ pattern, allowed = [] }) => !allowed.includes(file) && pattern.test(line)).map(
            ({ why }) => `${file}:${index + 1}: ${why}: ${line.trim()}`,
          ),
        ),
    );
}

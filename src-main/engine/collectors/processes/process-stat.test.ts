import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readProcessOrigin } from '../events/process-origin';
import { parseProcessStat, readProcessStat } from './process-stat';

const AFTER_NAME = `S 1 ${'0 '.repeat(17)}777 0`;

test.each([
  ['nginx', 'nginx'],
  ['my server (v2)', 'my server (v2)'],
  [') S 1 1', ') S 1 1'],
  ['a\u001b]0;x\u0007b', 'a]0;xb'],
])('a process named %j', (name, program) => {
  expect(parseProcessStat(`42 (${name}) ${AFTER_NAME}`)).toEqual({ program, parent: 1, startTicks: 777 });
});

/** A folder like /proc. @param exe what the link to the executable says; none where it is hidden */
function proc(processes: Record<number, { name: string; parent: number; exe?: string }>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-proc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [pid, { name, parent, exe }] of Object.entries(processes)) {
    mkdirSync(path.join(folder, pid));
    writeFileSync(path.join(folder, pid, 'stat'), `${pid} (${name}) S ${parent} ${'0 '.repeat(17)}777 0`);
    if (exe) symlinkSync(exe, path.join(folder, pid, 'exe'));
  }
  return folder;
}

test('a program of Node is called by its executable, as a process and as a parent', () => {
  const folder = proc({
    9: { name: 'curl', parent: 8 },
    8: { name: 'MainThread', parent: 7, exe: '/usr/bin/node (deleted)' },
    7: { name: 'node-MainThread', parent: 6 },
    6: { name: 'systemd', parent: 0, exe: '/usr/lib/systemd/other' },
  });
  expect(readProcessStat(8, folder)?.program).toBe('node');
  expect(readProcessOrigin(9, 7.77e9, folder)?.parents).toEqual([
    { pid: 8, program: 'node' },
    { pid: 7, program: 'node-MainThread' },
    { pid: 6, program: 'systemd' },
  ]);
});

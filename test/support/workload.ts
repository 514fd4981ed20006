import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that make exactly known traffic (workload.c), each under a name of its own. */
export interface Workload {
  /** Path of the program under a process name, at most 15 characters. */
  named(name: string): string;
  remove(): void;
}

export async function makeWorkload(): Promise<Workload> {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-workload-'));
  const program = path.join(folder, 'workload');
  await run('gcc', ['-O2', '-o', program, path.join(import.meta.dirname, 'workload.c')]);
  return {
    named(name) {
      const copy = path.join(folder, name);
      copyFileSync(program, copy);
      return copy;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

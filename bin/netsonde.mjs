#!/usr/bin/env node
// Starts the command line under the runtime of the lockfile, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setup } from '../scripts/lib/setup.mjs';
import { passSignals, runtime } from '../scripts/lib/steps.mjs';

const built = new URL('../out/main/cli.js', import.meta.url);
if (!existsSync(built)) await setup();

const own = runtime();
if (Number(process.versions.node.split('.')[0]) >= 24 || own === process.execPath) {
  await import(built.href);
} else {
  const child = spawn(own, [built.pathname, ...process.argv.slice(2)], { stdio: 'inherit' });
  passSignals(child);
  child.on('close', code => (process.exitCode = code ?? 1));
}

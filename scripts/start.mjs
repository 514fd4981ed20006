// `npm start`: sets up, then opens the desktop app, or serves the same interface to a browser.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setup } from './lib/setup.mjs';
import { childEnv, main, passSignals, ROOT, run, runtime, step, tool } from './lib/steps.mjs';

const hasDisplay = process.platform === 'darwin' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const electron = path.join(ROOT, 'node_modules/electron/dist');

/** Electron's runtime is no npm package: with a display it is fetched once, and done without where that fails. */
async function ensureElectron() {
  if (!hasDisplay || process.argv.includes('--browser')) return false;
  if (existsSync(electron)) return true;
  await step('Fetching the Electron runtime (the first time only)', () => run(runtime(), [tool('install-electron')])).catch(() =>
    process.stderr.write('! The Electron runtime could not be fetched; the browser shows the same interface.\n'),
  );
  return existsSync(electron);
}

await main(async () => {
  await setup();
  const args = process.argv.slice(2).filter(arg => arg !== '--browser');
  const [program, ...rest] = (await ensureElectron())
    ? [tool('electron'), '.', ...args]
    : [runtime(), 'out/main/cli.js', 'serve', ...args];
  const child = spawn(program, rest, { cwd: ROOT, env: childEnv(), stdio: 'inherit' });
  passSignals(child);
  process.exitCode = await new Promise(resolve =>
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 0 : 1))),
  );
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import type { LauncherName } from './launchers/index';

const root = path.resolve(import.meta.dirname, '..');
/** Tests of a server that ends alone: the engine of the desktop app lives and dies with its window. */
const SERVER_ONLY = /@server/;
/** Tests of what only the desktop app can do; they launch one of their own. */
const DESKTOP_ONLY = /@desktop/;
/** The third launcher exists only where Electron's runtime and a display do. */
const hasElectron =
  existsSync(path.join(root, 'node_modules/electron/dist')) && Boolean(process.env.DISPLAY || process.platform === 'darwin');

export default defineConfig<{ launcher: LauncherName }>({
  testDir: import.meta.dirname,
  testIgnore: 'screenshots/**',
  outputDir: path.join(root, '.tmp/e2e'),
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 60_000,
  reporter: [['list'], ['json']],
  projects: [
    { name: 'browser', grepInvert: DESKTOP_ONLY, use: { launcher: 'browser' } },
    { name: 'desktop', grepInvert: SERVER_ONLY, use: { launcher: 'desktop' } },
    ...(hasElectron ? [{ name: 'electron', grepInvert: SERVER_ONLY, use: { launcher: 'electron' as const } }] : []),
  ],
});

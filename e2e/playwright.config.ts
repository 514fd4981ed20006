import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import type { LauncherName } from './launchers/index';

const root = path.resolve(import.meta.dirname, '..');
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
    { name: 'browser', use: { launcher: 'browser' } },
    { name: 'desktop', use: { launcher: 'desktop' } },
    ...(hasElectron ? [{ name: 'electron', use: { launcher: 'electron' as const } }] : []),
  ],
});

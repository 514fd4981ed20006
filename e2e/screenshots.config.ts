import path from 'node:path';
import { defineConfig } from '@playwright/test';

/** `npm run screenshots`: not a test of anything, a look at everything. */
export default defineConfig({
  testDir: path.join(import.meta.dirname, 'screenshots'),
  outputDir: path.resolve(import.meta.dirname, '../.tmp/screenshots'),
  workers: 1,
  timeout: 600_000,
  reporter: [['list']],
});

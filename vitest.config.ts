import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const alias = { '@shared': resolve(import.meta.dirname, 'src-shared') };
const here = import.meta.dirname;

/** Two projects: unit tests beside their source, integration tests that build their own network. */
export default defineConfig({
  test: {
    projects: [
      { resolve: { alias }, root: here, test: { name: 'unit', include: ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'] } },
      {
        resolve: { alias },
        root: here,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

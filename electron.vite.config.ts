import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const alias = { '@shared': resolve(import.meta.dirname, 'src-shared') };

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      // Everything but electron and node is bundled: a package ships without node_modules, and the CLI starts faster.
      externalizeDeps: false,
      rollupOptions: {
        input: {
          ...Object.fromEntries(
            ['index', 'serve', 'cli', 'client'].map(name => [name, resolve(import.meta.dirname, `src-main/${name}.ts`)]),
          ),
          'capture-worker': resolve(import.meta.dirname, 'src-main/engine/services/captures/worker.ts'),
        },
        // Native parts that ssh2 tries and does without: it calls them in a try.
        external: ['electron', 'cpu-features', /\.node$/],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      externalizeDeps: false,
      // The sandbox loads CommonJS only; the extension keeps Node from reading it as a module.
      rollupOptions: {
        input: { index: resolve(import.meta.dirname, 'src-preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(import.meta.dirname, 'src-renderer'),
    resolve: { alias },
    plugins: [react()],
    build: { minify: true, rollupOptions: { input: resolve(import.meta.dirname, 'src-renderer/index.html') } },
  },
});

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { ROOT } from './measure.mjs';

/** Bundles a TypeScript file of the bench. @returns the module's path, and how to remove it again */
export async function bundle(file) {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-bench-'));
  // What stays outside of the bundle is looked for from there.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(ROOT, 'src-shared') } },
    build: { ssr: file, outDir: folder, emptyOutDir: false, rollupOptions: { output: { entryFileNames: 'parts.mjs' } } },
  });
  return { file: path.join(folder, 'parts.mjs'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

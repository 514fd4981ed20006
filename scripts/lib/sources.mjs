import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './steps.mjs';

/**
 * Source files below some folders, as { file, code }, `file` relative to the root with forward slashes.
 * @param {string[]} folders
 */
export function sources(folders, root = ROOT) {
  const found = [];
  const visit = entry => {
    const absolute = path.join(root, entry);
    if (statSync(absolute).isDirectory()) {
      for (const name of readdirSync(absolute).sort()) if (name !== 'node_modules') visit(`${entry}/${name}`);
    } else if (/\.(ts|tsx|mjs|js)$/.test(entry)) found.push({ file: entry, code: readFileSync(absolute, 'utf8') });
  };
  for (const folder of folders) visit(folder);
  return found;
}

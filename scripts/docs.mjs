// `npm run docs`: writes docs/tools.md from the tool definitions. `--check` fails when it is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from './lib/setup.mjs';
import { main, ROOT, run, runtime, StepFailed } from './lib/steps.mjs';

const FILE = path.join(ROOT, 'docs/tools.md');

await main(async () => {
  await buildApp();
  const text = await run(runtime(), ['out/main/cli.js', 'tools', '--markdown'], { env: { LC_ALL: 'C' } });
  if (!process.argv.includes('--check')) return writeFileSync(FILE, text);
  if (readFileSync(FILE, 'utf8') !== text) throw new StepFailed('docs/tools.md is out of date: npm run docs');
});

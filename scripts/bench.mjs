// `npm run bench [NAME …]`: medians and ratios against the peer tool, measured in one run. Never part of the tests.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from './lib/setup.mjs';
import { main, ROOT, run, runtime } from './lib/steps.mjs';

await main(async () => {
  await buildApp();
  const wanted = process.argv.slice(2);
  const files = readdirSync(path.join(ROOT, 'bench'))
    .filter(name => name.endsWith('.bench.mjs'))
    .sort();
  for (const file of files) {
    if (wanted.length > 0 && !wanted.includes(file.replace('.bench.mjs', ''))) continue;
    // Each in a process of its own: one bench's heap and sockets do not touch the next one's figures.
    await run(runtime(), [path.join('bench', file)], { show: true });
  }
});

// `npm run screenshots`: docs/screenshots from a machine with real traffic, made in network namespaces (Linux, root).
// The pages Events and Drops show the whole kernel: on a machine that does something else meanwhile, they show that too.
import { setup } from './lib/setup.mjs';
import { main, run, tool } from './lib/steps.mjs';

await main(async () => {
  await setup({ forTests: true });
  await run(tool('playwright'), ['test', '-c', 'e2e/screenshots.config.ts'], { show: true });
});

// `npm run screenshots`: docs/screenshots from a machine with real traffic, made in network namespaces (Linux, root).
import { setup } from './lib/setup.mjs';
import { main, run, tool } from './lib/steps.mjs';

await main(async () => {
  await setup({ forTests: true });
  await run(tool('playwright'), ['test', '-c', 'e2e/screenshots.config.ts'], { show: true });
});

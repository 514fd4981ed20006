// `npm run check`: types, lint and unit tests, for every save. Builds nothing.
import { setup } from './lib/setup.mjs';
import { main, run, runtime, step, tool } from './lib/steps.mjs';

await main(async () => {
  await setup({ build: false });
  await step('Types', () => run(tool('tsc'), ['-b']));
  await step('Lint', () => run(runtime(), ['scripts/lint.mjs']));
  await step('Unit tests', () => run(tool('vitest'), ['run', '--project', 'unit']));
});

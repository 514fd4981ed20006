// `npm run lint`: oxlint with types, the import arrows of the house, the static rules of the threat model, the format.
import { lintArrows } from './lib/lint-arrows.mjs';
import { lintStatic } from './lib/lint-static.mjs';
import { main, run, StepFailed, tool } from './lib/steps.mjs';

const FOLDERS = ['src-shared', 'src-main', 'src-preload', 'src-renderer', 'test/integration', 'e2e', 'bench', 'scripts', 'bin'];

await main(async () => {
  const problems = [...lintArrows(), ...lintStatic()];
  if (problems.length > 0) throw new StepFailed(problems.join('\n'));
  await run(tool('oxlint'), ['--type-aware', '--deny-warnings', ...FOLDERS]);
  await run(tool('biome'), ['ci', '--colors=off', '.']);
});

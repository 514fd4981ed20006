// `npm test`: types, lint, unit, integration and end-to-end tests, with closing counts over all of them.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setup } from './lib/setup.mjs';
import { main, ROOT, run, runtime, StepFailed, step, tool } from './lib/steps.mjs';

const RESULTS = path.join(ROOT, '.tmp/results');
const total = { passed: 0, failed: 0, skipped: 0 };
const skipReasons = [];

const add = ({ passed, failed, skipped }) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
};

/** Runs one suite to its end even when tests fail, and adds up what it reports. */
async function suite(title, work, read) {
  await step(title, async () => {
    const failure = await work().then(
      () => null,
      thrown => thrown,
    );
    let remark;
    try {
      remark = add(read());
    } catch {
      total.failed += 1; // no report was written: the runner itself failed
    }
    if (failure) process.stderr.write(`\n${failure.message}\n`);
    return remark;
  });
}

const readJson = name => JSON.parse(readFileSync(path.join(RESULTS, name), 'utf8'));

const readVitest = name => () => {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, testResults } = readJson(name);
  for (const file of testResults) {
    for (const test of file.assertionResults)
      if (test.status === 'pending' || test.status === 'skipped') skipReasons.push(test.fullName);
  }
  // A file that fails to load has no tests to fail.
  const broken = numFailedTests === 0 ? numFailedTestSuites : 0;
  return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests };
};

const readPlaywright = name => () => {
  const { stats, errors } = readJson(name);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
};

const vitest = (project, file) => () =>
  run(tool('vitest'), [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path.join(RESULTS, file)}`,
  ]);

await main(async () => {
  await setup({ forTests: true });
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  await step('Types', () => run(tool('tsc'), ['-b']));
  await step('Lint', () => run(runtime(), ['scripts/lint.mjs']));
  await suite('Unit tests', vitest('unit', 'unit.json'), readVitest('unit.json'));
  await suite('Integration tests', vitest('integration', 'integration.json'), readVitest('integration.json'));
  await suite(
    'End-to-end tests in Chromium',
    () =>
      run(tool('playwright'), ['test', '-c', 'e2e/playwright.config.ts'], {
        env: { PLAYWRIGHT_JSON_OUTPUT_NAME: path.join(RESULTS, 'e2e.json') },
      }),
    readPlaywright('e2e.json'),
  );
  for (const name of skipReasons) process.stdout.write(`skipped: ${name}\n`);
  if (total.skipped > 0 && process.env.CI && process.getuid?.() === 0) total.failed += total.skipped; // nothing may be skipped on CI as root
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  if (total.failed > 0) throw new StepFailed('Some tests failed; see above.');
});

import { expect, test } from 'vitest';
import { createLocalHost } from './local-host';

const host = createLocalHost();
/** Output of this size on a stream, a line each. */
const print = (lines: number, stream: 'out' | 'err'): string =>
  `process.std${stream}.write('x'.repeat(99).concat('\\n').repeat(${lines}) + 'last words\\n');`;
const run = (script: string, options = {}) => host.exec([process.execPath, '-e', script], { timeoutMs: 20_000, ...options });

test('of what a program complains of the end is kept, and it never cuts the output', async () => {
  const { stdout, stderr, truncated } = await run(print(3_000, 'err') + print(1_000, 'out'), { maxBytes: 200_000 });
  expect({ bytes: stdout.length, truncated }).toEqual({ bytes: 100_011, truncated: false });
  expect(stderr.length).toBeLessThanOrEqual(8_192);
  expect(stderr).toMatch(/last words\n$/);
});

test('output beyond the limit is cut, and the program ended', async () => {
  const { stdout, truncated } = await run(`${print(10_000, 'out')} setInterval(() => {}, 1e6)`, { maxBytes: 5_000 });
  expect({ bytes: stdout.length, truncated }).toEqual({ bytes: 5_000, truncated: true });
});

test.each([false, true])('each way to fail has its code (on a leash: %s)', async leashed => {
  const code = (argv: [string, ...string[]], options = {}): Promise<unknown> =>
    host.exec(argv, { timeoutMs: 20_000, leashed, ...options }).catch((thrown: unknown) => thrown);
  const forever: [string, ...string[]] = [process.execPath, '-e', 'setInterval(() => {}, 1e6)'];
  expect(await code(['netsonde-no-such-program'])).toMatchObject({ code: 'tool_missing' });
  expect(await code(['/etc/passwd'])).toMatchObject({ code: 'permission_denied' });
  expect(await code(forever, { timeoutMs: 50 })).toMatchObject({ code: 'timeout' });
  expect(await code(forever, { signal: AbortSignal.abort() })).toMatchObject({ code: 'cancelled' });
  expect(await code([process.execPath, '-e', 'console.error("no"); process.exitCode = 3'])).toMatchObject({
    code: 'internal',
    data: { stderr: 'no\n', exit_code: 3 },
  });
  expect(await code([process.execPath, '-e', 'process.exitCode = 3'], { okExitCodes: [3] })).toMatchObject({ exitCode: 3 });
});

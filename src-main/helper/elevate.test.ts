import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { INSTALL_ACTIONS } from '@shared/model/status';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstaller, elevatedCommand } from './elevate';

describe.skipIf(process.platform !== 'linux')('installing with an administrator’s rights', () => {
  let folder: string;
  let out: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'netsonde-elevate-'));
    out = path.join(folder, 'out');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A pkexec that writes down how it was called, and ends as a test wants. @returns the PATH it is in */
  function fakePkexec(name: string, ending: string): string {
    const bin = path.join(folder, name);
    mkdirSync(bin);
    const file = path.join(bin, 'pkexec');
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > '${bin}/argv'\n${ending}\n`);
    chmodSync(file, 0o755);
    return bin;
  }
  const never = new AbortController().signal;

  test.each([
    ['install', ['helper', 'install']],
    ['install_service', ['helper', 'install', '--service']],
    ['uninstall', ['helper', 'uninstall']],
  ] as const)('%s is one constant command line', async (action, args) => {
    const bin = fakePkexec(`argv-${action}`, 'exit 0');
    await createInstaller(out, bin).run(action, never);
    const argv = readFileSync(path.join(bin, 'argv'), 'utf8').trim().split('\n');
    expect(argv).toEqual(['--disable-internal-agent', process.execPath, path.join(out, 'main/cli.js'), ...args]);
    expect(['pkexec', ...argv]).toEqual(elevatedCommand(action, out));
  });

  test('every action has its command, and none another one’s', () => {
    expect(new Set(INSTALL_ACTIONS.map(action => elevatedCommand(action, out).join(' '))).size).toBe(INSTALL_ACTIONS.length);
  });

  test.each([
    ['a question that was dismissed', 'exit 126', 'cancelled', /dismissed/],
    [
      'a wrong password',
      'echo "Error executing command as another user: Not authorized" >&2; exit 127',
      'permission_denied',
      /Not authorized/,
    ],
    [
      'no agent that could ask',
      'echo "No authentication agent found." >&2; exit 127',
      'permission_denied',
      /No authentication agent/,
    ],
    ['a command that fails', 'echo "Error: The program setcap is missing." >&2; exit 1', 'unsupported', /setcap is missing/],
    ['a pkexec that is killed', 'kill -9 $$', 'unsupported', /failed/],
  ])('%s is told', async (name, ending, code, message) => {
    const bin = fakePkexec(`ends-${name.replaceAll(' ', '-')}`, ending);
    await expect(createInstaller(out, bin).run('install', never)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
    });
  });

  test('without pkexec nothing can be asked; a folder of the search path that is not absolute is not looked into', async () => {
    const relative = path.relative(process.cwd(), fakePkexec('relative', 'exit 0'));
    for (const search of ['', folder, relative]) {
      const installer = createInstaller(out, search);
      expect(installer.isAvailable()).toBe(false);
      await expect(installer.run('install', never)).rejects.toThrow(/pkexec is missing/);
    }
  });

  test('a call that is cancelled does not wait for the answer', async () => {
    const bin = fakePkexec('waits', 'exec sleep 1000');
    const cancel = new AbortController();
    const running = createInstaller(out, bin).run('install', cancel.signal);
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

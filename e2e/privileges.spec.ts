import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchDesktop } from './launchers/desktop';
import { ROOT } from './launchers/process';
import { open } from './support';
import { expect, test } from './test';

/** A pkexec in a folder of its own: writes down how it was called, waits for `answer`, and ends with what stands in it. */
function fakePkexec() {
  const folder = mkdtempSync(path.join(tmpdir(), 'netsonde-pkexec-'));
  const file = path.join(folder, 'pkexec');
  const pipe = path.join(folder, 'answer');
  writeFileSync(
    file,
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/argv'\nwhile ! [ -e '${pipe}' ]; do sleep 0.05; done\ncode=$(cat '${pipe}')\nrm '${pipe}'\nexit $code\n`,
  );
  chmodSync(file, 0o755);
  return {
    env: { PATH: `${folder}:${process.env.PATH}` },
    argv: () => readFileSync(path.join(folder, 'argv'), 'utf8').trim().split('\n'),
    answer: (code: number) => writeFileSync(pipe, String(code)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

test('the window asks for the password itself, with a constant command, and says what came of it', {
  tag: '@desktop',
}, async () => {
  const pkexec = fakePkexec();
  const app = await launchDesktop(pkexec.env);
  try {
    const { page } = app;
    await open(page, 'settings?section=privileges');
    const install = page.getByRole('button', { name: 'Install…' });
    await install.click();
    await expect(page.getByText('Waiting for the password…')).toBeVisible();
    await expect(install).toBeDisabled();
    pkexec.answer(126);
    await expect(page.getByRole('alert')).toContainText('dismissed');
    expect(pkexec.argv().slice(2)).toEqual([path.join(ROOT, 'out/main/cli.js'), 'helper', 'install']);

    await page.getByRole('button', { name: 'Install as a service…' }).click();
    pkexec.answer(127);
    await expect(page.getByRole('alert')).toContainText('password was wrong');
    expect(pkexec.argv().at(-1)).toBe('--service');

    await install.click();
    pkexec.answer(0);
    await expect(page.getByTestId('install-done')).toContainText('Installed.');
    await expect(page.getByRole('alert')).toHaveCount(0);
  } finally {
    await app.close();
    pkexec.remove();
  }
});

test('a browser gets the command to copy, and the tool refuses it', { tag: '@server' }, async ({ app }) => {
  await open(app.page, 'settings?section=privileges');
  await expect(app.page.getByText('sudo netsonde helper install', { exact: true })).toBeVisible();
  await expect(app.page.getByRole('button', { name: 'Install…' })).toHaveCount(0);
  const answer = await fetch(`${app.url}/api/mcp/call`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${app.token}` },
    body: JSON.stringify({ server_name: 'netsonde', tool_name: 'install_helper', args: { action: 'install' } }),
  });
  expect(await answer.json()).toMatchObject({ success: false, error: { code: 'not_found' } });
});

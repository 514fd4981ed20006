import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTerminal, type Terminal } from '../support/terminal';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LINK = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/;

/** What `npm start` runs where there is no display, in a home of its own. */
function start(home: string, ...args: string[]): Terminal {
  // With exec: a shell that stays would take the Ctrl-C too, and dash then ends with its own status.
  const words = ['exec', process.execPath, path.join(ROOT, 'scripts/start.mjs'), '--browser', ...args];
  return openTerminal(words, { ...process.env, NETSONDE_HOME: home, SHELL: '/bin/sh', LANG: 'C', LC_ALL: 'C' });
}

function temporaryHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'netsonde-start-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

test('Ctrl-C, which a terminal sends to launcher and server alike, ends both as asked: said, 0, nothing left', async () => {
  const home = temporaryHome();
  const terminal = start(home);
  await terminal.shows(LINK);
  expect(existsSync(path.join(home, 'server.json'))).toBe(true);
  terminal.type('\u0003');
  await terminal.shows(/Stopping\./);
  expect(await terminal.ended).toBe(0);
  expect(existsSync(path.join(home, 'server.json'))).toBe(false);
});

test('a second start gives the link of the first, or says that its options come too late', async () => {
  const home = temporaryHome();
  const first = start(home);
  const [link] = await first.shows(LINK);
  const second = start(home);
  await second.shows(/Netsonde runs already \(pid \d+\)\./);
  expect((await second.shows(LINK))[0]).toBe(link);
  expect(await second.ended).toBe(0);
  const third = start(home, '--port', '17663', '--grant', 'read');
  await third.shows(/--port, --grant cannot change a server that runs\. End it first: .* or `kill \d+`/);
  expect(await third.ended).toBe(1);
  first.type('\u0003');
  expect(await first.ended).toBe(0);
});

test('a signal to the launcher alone reaches the server', async () => {
  const home = temporaryHome();
  const terminal = start(home);
  await terminal.shows(LINK);
  // The runtime file is the server's; the launcher is its parent.
  const { pid } = JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8')) as { pid: number };
  const launcher = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  process.kill(launcher, 'SIGTERM');
  await terminal.shows(/Stopping\./);
  expect(await terminal.ended).toBe(0);
  expect(existsSync(path.join(home, 'server.json'))).toBe(false);
});

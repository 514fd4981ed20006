import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { printed } from '../support/network';

const ROOT = path.resolve(import.meta.dirname, '../..');
const home = mkdtempSync(path.join(tmpdir(), 'netsonde-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the built command line in a home of its own, so that no running Netsonde answers for it. */
function netsonde(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [path.join(ROOT, 'out/main/cli.js'), ...args],
      { env: { ...process.env, NETSONDE_HOME: home, LANG: 'C', LC_ALL: 'C', ...env } },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

async function listening(host: string): Promise<{ port: number; close: () => void }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => server.close() };
}

test('--help lists the commands and exits with 0', async () => {
  const { code, stdout } = await netsonde(['--help']);
  expect(code).toBe(0);
  for (const command of [
    'serve',
    'mcp',
    'call',
    'tools',
    'status',
    'traffic',
    'connections',
    'ports',
    'interfaces',
    'completion',
  ]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  }
});

test('the language of the terminal is Chinese when LANG says so', async () => {
  const { stdout } = await netsonde(['--help'], { LANG: 'zh_CN.UTF-8', LC_ALL: '' });
  expect(stdout).toContain('列出网络接口');
});

test.each([
  ['an unknown command', ['sniff']],
  ['an unknown option', ['status', '--loud']],
  ['arguments that are no JSON', ['call', 'list_hosts', '{iface']],
  ['arguments that are a JSON list', ['call', 'list_hosts', '[]']],
  ['a port that is none', ['serve', '--port', '70000']],
  ['an unknown scope', ['serve', '--grant', 'read,everything']],
])('%s exits with 2 and says why on stderr', async (_name, args) => {
  const { code, stdout, stderr } = await netsonde(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.length).toBeGreaterThan(10);
});

test('a tool that fails exits with 1 and prints message and hint', async () => {
  const { code, stderr } = await netsonde(['call', 'get_interface_traffic', '{"iface":"nosuch0"}']);
  expect(code).toBe(1);
  expect(stderr).toContain('Local interface nosuch0 does not exist, available interfaces: ');
});

test('--json prints one envelope, also for a failure', async () => {
  const good = await netsonde(['interfaces', '--json']);
  expect(JSON.parse(good.stdout)).toMatchObject({
    success: true,
    data: { host: 'localhost', interfaces: expect.arrayContaining(['lo']) },
  });
  const bad = await netsonde(['call', 'get_interface_traffic', '{"iface":"lo","sample_seconds":2}', '--json']);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toEqual({
    success: false,
    message: 'Sample duration must be an integer between 3-30 seconds',
    data: null,
    error: { code: 'invalid_argument', hint: expect.any(String) },
  });
});

test('ports names the process that holds a port, and says when a port is free', async () => {
  const { port, close } = await listening('127.0.0.1');
  const held = await netsonde(['ports', String(port)]);
  close();
  expect(held).toMatchObject({ code: 0 });
  expect(held.stdout).toMatch(new RegExp(`Local port ${port}/TCP is occupied by: .+`));
  expect(held.stdout).toContain(`(${process.pid})`);
  const free = await netsonde(['ports', String(port)]);
  expect(free.stdout).toContain(`Local port ${port}/TCP is not occupied`);
});

test('connections takes the filter language', async () => {
  const { port, close } = await listening('127.0.0.1');
  const { code, stdout } = await netsonde(['connections', 'state:listen', `port:${port}`]);
  close();
  expect(code).toBe(0);
  expect(stdout.split('\n').filter(line => line.includes(`127.0.0.1:${port}`))).toHaveLength(1);
});

test('a process name cannot steer the terminal', async () => {
  const named = spawn(
    process.execPath,
    [
      '-e',
      "process.title = 'a\\u001b]0;b'; require('net').createServer().listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port); })",
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [, port = ''] = await printed(named, /port (\d+)/);
    const { stdout } = await netsonde(['ports', port]);
    expect(stdout).toContain('is occupied by: a]0;b');
    expect(stdout).not.toContain('\u001b');
  } finally {
    named.kill('SIGKILL');
  }
});

test('output for a pipe has no colours', async () => {
  const { stdout } = await netsonde(['status']);
  expect(stdout).not.toContain('\u001b');
});

test('--server that does not answer is an error with the URL and what to do', async () => {
  const { port, close } = await listening('127.0.0.1');
  close();
  const { code, stderr } = await netsonde(['status', '--server', `http://127.0.0.1:${port}`]);
  expect(code).toBe(1);
  expect(stderr).toContain(`http://127.0.0.1:${port}`);
  expect(stderr).toContain('netsonde serve');
  const json = await netsonde(['status', '--json', '--server', `http://127.0.0.1:${port}`]);
  expect(JSON.parse(json.stdout)).toMatchObject({ success: false, data: null, error: { code: 'unreachable' } });
});

test.each(['bash', 'zsh', 'fish'])('the completion script for %s names every command', async shell => {
  const { code, stdout } = await netsonde(['completion', shell]);
  expect(code).toBe(0);
  expect(stdout).toContain('connections');
});

test('bash completes commands and options', async () => {
  const { stdout: script } = await netsonde(['completion', 'bash']);
  const complete = (words: string[]): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const ask = `${script}\nCOMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _netsonde; printf '%s\\n' "\${COMPREPLY[@]}"`;
      execFile('bash', ['-c', ask], (error, stdout) => (error ? reject(error) : resolve(stdout.trim().split('\n'))));
    });
  expect(await complete(['netsonde', 'inter'])).toEqual(['interfaces']);
  expect(await complete(['netsonde', 'ports', '--ud'])).toEqual(['--udp']);
});

test('the tools of docs/tools.md are those of the definitions', async () => {
  const { readFileSync } = await import('node:fs');
  const { stdout } = await netsonde(['tools', '--markdown']);
  expect(readFileSync(path.join(ROOT, 'docs/tools.md'), 'utf8')).toBe(stdout);
});

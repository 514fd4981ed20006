import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printed } from '../support/network';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'out/main/cli.js');
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
      [CLI, ...args],
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
    'top',
    'helper',
    'completion',
  ]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  }
  expect(stdout).toMatch(/^ {2}--tool <name>/m);
});

test('the language of the terminal is Chinese when LANG says so', async () => {
  const { stdout } = await netsonde(['--help'], { LANG: 'zh_CN.UTF-8', LC_ALL: '' });
  expect(stdout).toContain('列出网络接口');
});

test('the help of a command is in the language of the terminal, headings included', async () => {
  const { stdout } = await netsonde(['ports', '--help'], { LANG: 'zh_CN.UTF-8', LC_ALL: '' });
  for (const words of ['用法：', '参数：', '选项：', '全局选项：', '显示此帮助']) expect(stdout).toContain(words);
  expect(stdout).not.toMatch(/default|display|Usage/);
});

test('asking for the help of a command that does not exist is an error', async () => {
  const { code, stderr } = await netsonde(['help', 'sniff']);
  expect(code).toBe(2);
  expect(stderr).toContain('Error: There is no command sniff.');
});

describe.each([
  ['an unknown command', ['sniff'], 'There is no command sniff.', '没有命令 sniff。'],
  ['a command that is nearly right', ['statu'], 'Did you mean status?', '是否想输入 status？'],
  ['an unknown option', ['status', '--loud'], 'There is no option --loud here.', '此处没有选项 --loud。'],
  ['a missing argument', ['call'], 'The argument tool is missing.', '缺少参数 tool。'],
  ['an option without its value', ['traffic', '--seconds'], 'The option --seconds <number> needs a value.', '需要一个值。'],
  ['an argument too many', ['ports', '1', '2'], 'too many arguments: 2 instead of at most 1.', '最多 1 个，给出了 2 个。'],
  ['arguments that are no JSON', ['call', 'list_hosts', '{iface'], 'no JSON object: {iface', '不是 JSON 对象：{iface'],
  ['arguments that are a JSON list', ['call', 'list_hosts', '[]'], 'no JSON object: []', '不是 JSON 对象：[]'],
  ['a port that is none', ['serve', '--port', '70000'], 'from 1 to 65535, not 70000.', '而不是 70000。'],
  ['an unknown scope', ['serve', '--grant', 'read,all'], 'Unknown scope all.', '未知权限 all。'],
  ['a server without http', ['status', '--server', 'localhost:1'], 'localhost:1 is no address', 'localhost:1 不是服务地址'],
  ['a shell without completion', ['completion', 'csh'], 'no completion for csh.', '没有 csh 的补全脚本。'],
])('%s', (_name, args, english, chinese) => {
  test('exits with 2 and says so on stderr', async () => {
    const { code, stdout, stderr } = await netsonde(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Error: /);
    expect(stderr).toContain(english);
  });

  test('is said in Chinese where that is spoken', async () => {
    const { stderr } = await netsonde(args, { LANG: 'zh_CN.UTF-8', LC_ALL: '' });
    expect(stderr).toMatch(/^错误：/);
    expect(stderr).toContain(chinese);
  });

  test('prints the envelope with --json', async () => {
    const { code, stdout, stderr } = await netsonde(['--json', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const reply = JSON.parse(stdout);
    expect(reply).toEqual({
      success: false,
      message: expect.any(String),
      data: null,
      error: { code: 'invalid_argument', hint: expect.any(String) },
    });
    expect(`${reply.message} ${reply.error.hint}`).toContain(english);
  });
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

describe('--server', () => {
  test('that does not answer is an error with the URL and what to do', async () => {
    const { port, close } = await listening('127.0.0.1');
    close();
    const server = `http://127.0.0.1:${port}`;
    const { code, stderr } = await netsonde(['status', '--server', server], { NETSONDE_TOKEN: 'x' });
    expect(code).toBe(1);
    expect(stderr).toContain(server);
    expect(stderr).toContain('netsonde serve');
    const json = await netsonde(['status', '--json', '--server', server], { NETSONDE_TOKEN: 'x' });
    expect(JSON.parse(json.stdout)).toMatchObject({ success: false, data: null, error: { code: 'unreachable' } });
  });

  test('without a token says where it belongs', async () => {
    const other = http.createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // of a listening TCP server
    const { code, stderr } = await netsonde(['status', '--server', `http://127.0.0.1:${port}`], { NETSONDE_TOKEN: '' });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain('NETSONDE_TOKEN');
  });

  test('that is another program is told from one that does not answer', async () => {
    const other = http.createServer((_request, response) => response.writeHead(404).end('<h1>nothing</h1>'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // of a listening TCP server
    const { stderr } = await netsonde(['status', '--server', `http://127.0.0.1:${port}`], { NETSONDE_TOKEN: 'x' });
    other.close();
    expect(stderr).toContain(`http://127.0.0.1:${port} answered with status 404`);
  });
});

describe('with a server that runs', () => {
  // A home of its own, so that the other tests find no server; it is removed with theirs.
  const env = { NETSONDE_HOME: path.join(home, 'served') };
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    server = spawn(process.execPath, [CLI, 'serve'], { env: { ...process.env, ...env, LANG: 'C', LC_ALL: 'C' } });
    [, url = ''] = await printed(server, /Netsonde serves (\S+)/);
  });
  afterAll(async () => {
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    await ended;
  });

  test('a call is answered by it', async () => {
    const { code, stdout, stderr } = await netsonde(['status', '--json', '--verbose'], env);
    expect(code).toBe(0);
    expect(stderr).toContain(`Using the running server ${url}`);
    expect(JSON.parse(stdout)).toMatchObject({ success: true, data: { endpoint: { url } } });
  });

  test('a wrong token is refused in its words', async () => {
    const { stdout } = await netsonde(['status', '--json', '--server', url], {
      NETSONDE_TOKEN: 'wrong',
      LANG: 'zh_CN.UTF-8',
      LC_ALL: '',
    });
    expect(JSON.parse(stdout)).toMatchObject({ message: '此处不认识该令牌。', error: { code: 'unauthorized' } });
  });

  test('a measurement shows its progress on a terminal, and Ctrl-C ends it there and on the server', async () => {
    // script gives it a terminal and passes on what is typed. GNU's order of arguments. With exec, for a shell that
    // stays would take the Ctrl-C too, and dash then ends with its own status.
    const line = `exec ${process.execPath} ${CLI} traffic lo --seconds 30`;
    const terminal = spawn('script', ['-qec', line, '/dev/null'], {
      env: { ...process.env, ...env, SHELL: '/bin/sh', LANG: 'C', LC_ALL: 'C' },
    });
    const ended = once(terminal, 'close');
    const cancelled = printed(terminal, /Error: .*The call was cancelled\./);
    await printed(terminal, /Measuring … 1 s \/ 30 s/);
    expect(await callsRunning()).toBe(2); // the measurement and the question
    terminal.stdin.write('\u0003');
    await cancelled;
    expect((await ended)[0]).toBe(1);
    expect(await callsRunning()).toBe(1);
  });

  async function callsRunning(): Promise<number> {
    const { stdout } = await netsonde(['status', '--json'], env);
    return JSON.parse(stdout).data.engine.calls_running;
  }
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

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createHome } from '../../src-main/home';
import { connectionListAnswer, connectionSummaryAnswer, dropListAnswer } from '../../src-main/transports/rest/netspy-answers';
import { type RunningServer, readRuntimeFile } from '../../src-main/transports/runtime-file';
import { connectToServer, type ServerConnection } from '../../src-main/transports/server-client';
import { CAN_MAKE_NETWORKS, printed, WHY_SKIPPED } from '../support/network';
import { openTerminal, withoutEscapes } from '../support/terminal';
import { makeWorkload, type Workload } from '../support/workload';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'out/main/cli.js');
/** Named by the test alone, so that nobody else's connections are counted. */
const NAME = `netspy-${process.pid % 100_000}`;
const PROMPT = 'netspy-mcp> ';

describe.skipIf(!CAN_MAKE_NETWORKS)(`the session of seed 002 (${WHY_SKIPPED})`, () => {
  const home = mkdtempSync(path.join(tmpdir(), 'netsonde-netspy-'));
  const env = { ...process.env, NETSONDE_HOME: home, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TERM: 'xterm', NO_COLOR: '1' };
  let serving: ChildProcess;
  let server: RunningServer;
  let connection: ServerConnection;
  let workload: Workload;
  let target: Server;
  let destination: string;

  beforeAll(async () => {
    workload = await makeWorkload();
    target = createServer(socket => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const { port } = target.address() as AddressInfo; // it listens on a port, not a path
    destination = `127.0.0.1:${port}`;
    serving = spawn(process.execPath, [CLI, 'serve', '--http', '--port', String(await freePort()), '--rest-open'], { env });
    await printed(serving, /Netsonde serves/);
    const found = readRuntimeFile(createHome({ NETSONDE_HOME: home }));
    if (!found) throw new Error('no runtime file');
    server = found;
    connection = await connectToServer(server, 'en');
    await eventsAreSeen(connection);
    const seen = connectionsSeen(connection, NAME, 5);
    await run(workload.named(NAME), ['connect', '127.0.0.1', String(port), '5']);
    await seen;
  });
  afterAll(async () => {
    connection?.close();
    if (serving?.exitCode === null) {
      serving.kill('SIGTERM');
      await once(serving, 'close');
    }
    target?.close();
    workload?.remove();
    rmSync(home, { recursive: true, force: true });
  });

  const cli = (args: string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    run(process.execPath, [CLI, ...args], { ...env, ...more });
  const curl = async (route: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await run('curl', ['-s', ...args, `${server.url}${route}`]);
    return JSON.parse(stdout) as Record<string, unknown>; // every route answers a JSON object
  };
  const SUMMARY = `Process '${NAME}' made 5 outbound connection attempts over the last 120 seconds`;

  test('typed in a terminal gives the forms of the seed', async () => {
    const terminal = openTerminal([process.execPath, CLI], env);
    await terminal.shows(/🔗 Network Telemetry MCP Server\r\nStarting interactive mode\.\.\.\r\n\r\nAvailable commands:\r\n/);
    await terminal.shows(/quit\/exit {4}- Exit interactive mode\r\n/);
    await terminal.shows(/netspy-mcp> /);

    terminal.type('summ\t'); // Tab completes the command
    await terminal.shows(/summary /);
    terminal.type(`--process ${NAME} --duration 120\r`);
    await terminal.shows(new RegExp(`\\n${SUMMARY}\r\n`));
    terminal.type(`list --process ${NAME} --max-events 3\r`);
    const row = String.raw`  \d\d:\d\d:\d\d \| ${destination} \| TCP \| ${NAME}\r\n`;
    await terminal.shows(
      new RegExp(String.raw`Recent connection events \(5 total\):\r\n(?:${row}){3}  \.\.\. and 2 more events\r\n`),
    );
    terminal.type(`analyze --process ${NAME}\r`);
    await terminal.shows(
      new RegExp(
        String.raw`Connection Analysis:\r\n  Top destinations:\r\n    ${destination} \(5 connections\)\r\n  Protocols: TCP \(5\)`,
      ),
    );
    terminal.type(`insights "${NAME} made 5 connections in 60 seconds"\r`);
    await terminal.shows(/🤖 AI Network Insights:\r\n/);
    terminal.type('insights "the password is hunter2"\r');
    await terminal.shows(/🤖 AI Network Insights:\r\n/);
    terminal.type('tools\r');
    await terminal.shows(/get_network_summary/);
    terminal.type('netstat\r');
    await terminal.shows(/Error: unknown command: netstat \(type 'help' for available commands\)\r\n/);
    terminal.type('\u001b[A'); // the line before comes back
    await terminal.shows(/netstat/);
    terminal.type('\u0003'); // Ctrl-C empties the line
    terminal.type('quit\r');
    expect(await terminal.ended).toBe(0);

    const history = path.join(home, 'history');
    expect(statSync(history).mode & 0o777).toBe(0o600);
    const kept = readFileSync(history, 'utf8');
    expect(kept).toContain(`summary --process ${NAME} --duration 120\n`);
    expect(kept).not.toContain('hunter2');
  });

  test('from a pipe is read to its end, without colours and history, and exits with 0', async () => {
    const child = spawn(process.execPath, [CLI], { env: { ...env, NO_COLOR: undefined, FORCE_COLOR: undefined } });
    child.stdin.end(`summary --process ${NAME} --duration 120\nnonsense\nsummary --pid none\n`);
    const [{ stdout }, [code]] = await Promise.all([outputOf(child), once(child, 'close')]);
    expect(code).toBe(0);
    expect(stdout).toBe(withoutEscapes(stdout));
    expect(stdout).toContain(`${PROMPT}summary --process ${NAME} --duration 120\n${SUMMARY}\n`);
    expect(stdout).toContain("Error: unknown command: nonsense (type 'help' for available commands)\n");
    expect(readFileSync(path.join(home, 'history'), 'utf8')).not.toContain('nonsense');
  });

  test('single commands print the same line; a failure exits with 1, wrong usage with 2', async () => {
    const ask = ['--tool', 'get_network_summary', '--process', NAME, '--duration', '120'];
    const single = await cli(ask);
    expect(single).toMatchObject({ code: 0, stdout: `${SUMMARY}\n` });
    // The server is younger than the two minutes that are asked for.
    expect(single.stderr).toMatch(/^Netsonde has watched only since \S+: nothing is known of the time before\.\n$/);
    const verbose = await cli([...ask, '--verbose', '--server', server.url.replace('127.0.0.1', 'localhost')]);
    expect(verbose).toMatchObject({ code: 0, stdout: `${SUMMARY}\n` });
    expect(verbose.stderr).toMatch(/Asking http:\/\/localhost:\d+\.\n.*Answered in [\d.]+ ms by ebpf/s);
    const json = await cli([...ask, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ success: true, data: { count: 5, succeeded: 5, failed: {} } });
    for (const [args, code, words] of [
      [['--tool', 'get_network_summary', '--pid', 'x'], 2, 'pid'],
      [['--tool', 'get_network_summary', '--duration', '0'], 2, 'duration'],
      [['--tool', 'ai_insights'], 2, 'summary_text'],
      [['--tool', 'nothing'], 2, 'There is no tool nothing.'],
      [['--tool'], 2, '--tool'],
      [['--pid', '5'], 2, '--tool'],
      [['--tool', 'get_network_summary', '--server', 'http://127.0.0.1:9'], 1, 'No Netsonde answers at http://127.0.0.1:9.'],
    ] as const) {
      const ended = await cli([...args]);
      expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: '' });
      expect(ended.stderr).toContain(words);
    }
  });

  test('its REST calls by curl give the same numbers, without a token where the server was told so', async () => {
    const body = JSON.stringify({ pid: 0, command: NAME, duration_seconds: 120 });
    const summary = await curl('/api/connection-summary', '-H', 'Content-Type: application/json', '-d', body);
    expect(connectionSummaryAnswer.parse(summary)).toMatchObject({
      count: 5,
      pid: null,
      command: NAME,
      duration_seconds: 120,
      query_time: expect.any(String),
    });
    const simple = await curl(`/api/list-connections?command=${NAME}&max_events=3`);
    expect(connectionListAnswer.parse(simple)).toMatchObject({ total_events: 5, total_pids: 1, truncated: true, next_offset: 3 });
    const whole = await curl(
      '/api/list-connections',
      '-H',
      'Content-Type: application/json',
      '-d',
      JSON.stringify({ process_name: NAME }),
    );
    const [pid = '', events] = Object.entries(whole.events_by_pid as Record<string, unknown[]>)[0] ?? []; // of the answer's schema
    expect(events).toHaveLength(5);
    const [ip, port] = destination.split(':');
    for (const event of events ?? []) {
      expect(event).toMatchObject({
        type: 'connection',
        pid: Number(pid),
        command: NAME,
        return_code: 0,
        destination,
        destination_ip: ip,
        destination_port: Number(port),
        address_family: 2,
        protocol: 'TCP',
        socket_type: 'STREAM',
      });
    }
    const drops = await curl(`/api/list-packet-drops?command=${NAME}`);
    expect(dropListAnswer.parse(drops)).toMatchObject({ total_events: 0, events_by_pid: {} });
  });

  test('what is not of seed 002 needs the token all the same', async () => {
    for (const route of ['/api/events', '/api/programs', '/metrics', '/api/openapi.json'])
      expect(await curl(route)).toMatchObject({ success: false, error: { code: 'unauthorized' } });
    const token = ['-H', `Authorization: Bearer ${server.token}`];
    const connected = await curl(`/api/events?kind=connected&query=process=${NAME}`, ...token);
    expect(connected).toMatchObject({ total_events: 5, visible: true });
    expect(await curl('/api/programs', ...token)).toMatchObject({
      programs: expect.arrayContaining([{ name: 'tcp_events', status: 'loaded', detail: '' }]),
    });
  });

  test.each([
    ['an unknown parameter', '/api/list-connections?pod=1', 'Unknown parameter pod.'],
    ['a parameter given twice', '/api/list-connections?pid=1&pid=2', 'pid was given twice'],
    ['a process named twice', '/api/list-connections?command=a&process_name=b', 'was given twice'],
    ['a number that is none', '/api/list-connections?max_events=1e3', 'max_events must be an integer from 1 to 10000'],
    ['a time that is none', '/api/list-packet-drops?since=yesterday', 'yesterday'],
  ])('%s is refused by name', async (_name, route, words) => {
    expect(await curl(route)).toMatchObject({
      success: false,
      message: expect.stringContaining(words),
      error: { code: 'invalid_argument' },
    });
  });

  test('the client library in a script gives the same numbers', async () => {
    const { code, stdout } = await run(process.execPath, [path.join(ROOT, 'test/fixtures/client-script.mjs'), NAME], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      count: 5,
      succeeded: 5,
      total: 5,
      results: ['ok', 'ok', 'ok', 'ok', 'ok'],
      analysis: expect.stringContaining(`    ${destination} (5 connections)\n  Protocols: TCP (5)`),
      refused: 'invalid_argument',
    });
  });

  test('top shows the process and its events live, filters them, and gives the terminal back', async () => {
    const terminal = openTerminal([process.execPath, CLI, 'top'], env);
    await terminal.shows(/\u001b\[\?1049h/);
    terminal.type('\t\t'); // events
    await terminal.shows(/\[Events\]/);
    terminal.type(`/process=${NAME} kind:connected\r`);
    await terminal.shows(new RegExp(`filter: process=${NAME} kind:connected`));
    await terminal.shows(new RegExp(`connected +TCP +${NAME} \\(\\d+\\)`));
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
    expect(terminal.output().trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  test('top gives the terminal back also when it is ended by a signal', async () => {
    const terminal = openTerminal(['echo', 'pid:$$;', 'exec', process.execPath, CLI, 'top'], env);
    const [, pid] = await terminal.shows(/pid:(\d+)/);
    await terminal.shows(/netsonde top/);
    process.kill(Number(pid), 'SIGTERM');
    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain('\u001b[?25h\u001b[?1049l');
  });

  test('top without a terminal prints one snapshot', async () => {
    const { code, stdout } = await cli(['top', `process=${NAME}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^netsonde top · filter: process=${NAME} · \\d\\d:\\d\\d:\\d\\d · sockets .* · from ${server.url}`),
    );
    expect(stdout).toMatch(new RegExp(`connected +TCP +${NAME} `));
  });

  test('top works without a server: it measures itself', async () => {
    const { code, stdout } = await cli(['top', '--json'], { NETSONDE_HOME: path.join(home, 'alone') });
    expect(code).toBe(0);
    const { data } = JSON.parse(stdout);
    expect(data).toMatchObject({ blind: null, second: { gap: false } });
    expect(data.interfaces.map((sample: { interface: string }) => sample.interface)).toContain('lo');
    expect(data.sockets.map((socket: { local_port: number }) => socket.local_port)).toContain(Number(destination.split(':')[1]));
  });

  test('top finds the server again after it was started anew', async () => {
    const homeOfTwo = path.join(home, 'two');
    const served = { ...env, NETSONDE_HOME: homeOfTwo };
    const port = String(await freePort());
    const serve = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [CLI, 'serve', '--port', port], { env: served });
      onTestFinished(() => void child.kill('SIGKILL'));
      await printed(child, /Netsonde serves/);
      return child;
    };
    const first = await serve();
    const terminal = openTerminal([process.execPath, CLI, 'top', '--server', `http://127.0.0.1:${port}`], served);
    await terminal.shows(/listening [1-9]/);
    const gone = once(first, 'close');
    first.kill('SIGTERM');
    await terminal.shows(/went away; looking for it again/);
    await gone;
    const second = await serve();
    await terminal.shows(/listening [1-9]/);
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
    const over = once(second, 'close');
    second.kill('SIGTERM');
    await over;
  });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise(resolve => {
    execFile(program, args, { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

async function outputOf(child: ChildProcess): Promise<{ stdout: string }> {
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  await once(child, 'close');
  return { stdout };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // as above
  server.close();
  return port;
}

/** Resolves when the kernel's events come. */
function eventsAreSeen(connection: ServerConnection): Promise<void> {
  return new Promise(resolve => {
    const stop = connection.subscribe('kernel_event', { kinds: ['reset_sent'] }, ({ blind }) => {
      if (blind) return;
      stop();
      resolve();
    });
  });
}

/** Resolves when so many connections of a process were made and closed. */
function connectionsSeen(connection: ServerConnection, name: string, count: number): Promise<void> {
  return new Promise(resolve => {
    let closed = 0;
    const stop = connection.subscribe(
      'kernel_event',
      { kinds: ['closed'], query: `process=${name} direction:outbound` },
      ({ events }) => {
        closed += events.length;
        if (closed < count) return;
        stop();
        resolve();
      },
    );
  });
}

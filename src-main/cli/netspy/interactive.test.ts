import { PassThrough } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { ToolReply } from '@shared/bridge';
import { NetsondeError } from '@shared/errors';
import { expect, test } from 'vitest';
import type { CliTarget } from '../caller';
import { complete, runInteractive } from './interactive';

/** A session from a pipe, and what it asked. */
async function session(
  lines: string,
  answer: (name: string) => ToolReply<unknown>,
): Promise<{ output: string; asked: unknown[] }> {
  const asked: unknown[] = [];
  const target: CliTarget = {
    call: (name, input) => {
      asked.push({ name, input });
      return Promise.resolve(answer(name));
    },
    streams: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
  };
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(lines);
  await runInteractive({
    target,
    input,
    // Written to and asked for isTTY only.
    output: output as unknown as NodeJS.WriteStream,
    history: null,
    json: false,
    verbose: false,
    language: 'en',
  });
  output.end();
  return { output: await readAll(output), asked };
}

const refuse = (): ToolReply<unknown> => ({
  success: false,
  message: 'Nothing here',
  data: null,
  error: { code: 'unsupported', hint: '' },
});

test('begins with the banner and the command list of seed 002', async () => {
  const { output } = await session('', refuse);
  expect(output).toMatch(/^🔗 Network Telemetry MCP Server\nStarting interactive mode\.\.\.\n\nAvailable commands:\n/);
  for (const line of [
    '  summary      - Get network connection summary',
    '  list         - List recent connections',
    '  analyze      - Analyze connection patterns',
    '  insights     - Get AI insights about network behavior',
    '  tools        - Show available MCP tools',
    '  help         - Show this help message',
    '  quit/exit    - Exit interactive mode',
  ])
    expect(output.split('\n')).toContain(line);
});

test('flags reach the tool of the command', async () => {
  const { asked } = await session(
    'summary --pid 1234 --duration 120\nlist --process curl --max-events 20\ndropsummary\n',
    refuse,
  );
  expect(asked).toEqual([
    { name: 'get_network_summary', input: { pid: '1234', duration: '120' } },
    { name: 'list_connections', input: { process_name: 'curl', max_events: '20' } },
    { name: 'get_packet_drop_summary', input: {} },
  ]);
});

test('a text in quotes is one text', async () => {
  const { asked } = await session('insights "curl made 5 connections in 60 seconds"\n', refuse);
  expect(asked).toEqual([{ name: 'ai_insights', input: { summary_text: 'curl made 5 connections in 60 seconds' } }]);
});

test('an unknown command is said in the words of the contract, and the session goes on', async () => {
  const { output, asked } = await session('netstat -an\nsummary\n', refuse);
  expect(output).toContain("\nnetspy-mcp> netstat -an\nError: unknown command: netstat (type 'help' for available commands)\n");
  expect(asked).toHaveLength(1);
});

test.each(['quit', 'exit'])('%s ends the session', async word => {
  const { asked, output } = await session(`${word}\nsummary\n`, refuse);
  expect(asked).toEqual([]);
  expect(output.endsWith(`netspy-mcp> ${word}\n`)).toBe(true);
});

test.each([
  ['a wrong flag', 'summary --pod 1', 'Error: There is no flag --pod.'],
  ['a flag the command has not', 'ports 80 --pid 1', 'Error: ports takes no --pid.'],
  ['an open quote', 'insights "x', 'Error: The quote " is not closed.'],
  ['insights without a text', 'insights', 'Error: Give the text to look at'],
  ['a word too many', 'summary curl', 'Error: curl is not expected here.'],
  ['diagnosis, which this version has not', 'diagnose', 'Error: '],
  ['a flag capture has not', 'capture web --pid 1', 'Error: capture takes no --pid.'],
])('%s is an error that asks no tool', async (_name, line, message) => {
  const { output, asked } = await session(`${line}\n`, refuse);
  expect(asked).toEqual([]);
  expect(output).toContain(message);
});

test('a server that is away is an error with what to do, and the session goes on', async () => {
  const { output } = await session('summary\nhelp\n', () => {
    throw new NetsondeError('unreachable', 'No Netsonde answers at http://localhost:8080.', { hint: 'Start one.' });
  });
  expect(output).toContain(
    'Error: No Netsonde answers at http://localhost:8080.\nStart one.\nnetspy-mcp> help\nAvailable commands:',
  );
});

test('Tab offers commands, then the flags that are not there yet', () => {
  expect(complete('su')).toEqual([['summary '], 'su']);
  expect(complete('summary --')[0]).toEqual(['--pid ', '--process ', '--duration ', '--max-events ']);
  expect(complete('summary --pid 1 --p')[0]).toEqual(['--process ']);
  expect(complete('quit ')[0]).toEqual([]);
});

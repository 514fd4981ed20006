import { NetsondeError } from '@shared/errors';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { ToolContext } from './context';
import { type Caller, callTool, defineTool, hostParams, integer, loginParams, type Tool } from './tool';

const probe = defineTool({
  name: 'probe',
  title: 'Probe',
  description: 'A tool of this test.',
  aliases: { process: 'process_name', command: 'process_name' },
  input: z.strictObject({
    count: integer(1, 65_535).optional(),
    proto: z.enum(['tcp', 'udp']).default('tcp'),
    process_name: z.string().optional(),
    ...hostParams,
    ...loginParams,
  }),
  output: z.object({ got: z.record(z.string(), z.unknown()) }),
  run: input =>
    input.process_name === 'fail'
      ? Promise.reject(new NetsondeError('unreachable', 'No answer.', { hint: 'Ask again.' }))
      : Promise.resolve({ got: input }),
  summarize: () => 'Done',
});
const secret = defineTool({
  name: 'secret',
  title: 'Secret',
  description: 'Only for the interface.',
  audience: 'interface',
  scope: 'capture',
  input: z.strictObject({}),
  output: z.object({ oops: z.string() }),
  // A bug on purpose: the output does not fit its own schema.
  run: () => Promise.resolve({ oops: 1 as unknown as string }),
  summarize: () => '',
});
const tools = new Map<string, Tool>([probe, secret].map(tool => [tool.name, tool]));
const caller: Caller = { id: 'test', door: 'mcp', scopes: new Set(['read']), language: 'en' };
// The tools of this test use no service; "far" is the only host beyond this machine, and no other Netsonde serves it.
const hosts = { elsewhere: () => null, isRemote: ({ host }: { host?: string }) => host === 'far' };
const context = { hosts } as unknown as ToolContext;
const call = (name: string, input: unknown, as: Partial<Caller> = {}) =>
  callTool(tools, context, name, input, { ...caller, ...as });

test('an answer is an envelope with defaults filled in', async () => {
  expect(await call('probe', {})).toEqual({ success: true, message: 'Done', data: { got: { proto: 'tcp', host: 'localhost' } } });
});

test('another machine needs the scope for it, this one does not', async () => {
  expect(await call('probe', { host: 'far' })).toMatchObject({
    success: false,
    error: { code: 'permission_denied', hint: expect.stringContaining('remote') },
  });
  expect(await call('probe', { host: 'far' }, { scopes: new Set(['read', 'remote']) })).toMatchObject({ success: true });
});

test('a string of digits is taken for an integer, as language models send it', async () => {
  expect(await call('probe', { count: '80' })).toMatchObject({ success: true, data: { got: { count: 80 } } });
});

test.each([
  ['0', { count: 0 }],
  ['a negative number', { count: -1 }],
  ['minus zero', { count: -0 }],
  ['one above the range', { count: 65_536 }],
  ['a float', { count: 3.5 }],
  ['NaN', { count: Number.NaN }],
  ['1e309', { count: Number.POSITIVE_INFINITY }],
  ['a shell command', { count: '80; rm -rf /' }],
  ['hex', { count: '0x50' }],
  ['a sign', { count: '+80' }],
  ['a blank', { count: ' 80' }],
  ['fullwidth digits', { count: '８０' }],
  ['a list', { count: [80] }],
  ['a boolean', { count: true }],
  ['null', { count: null }],
])('%s is no integer in range, and the message names parameter and range', async (_name, input) => {
  expect(await call('probe', input)).toMatchObject({
    success: false,
    data: null,
    message: 'Parameter count must be an integer from 1 to 65535.',
    error: { code: 'invalid_argument' },
  });
});

test.each([
  ['an unknown parameter', { loud: true }, /Unknown parameter loud\. Known: count, proto/],
  ['__proto__ as a parameter', JSON.parse('{"__proto__":{"count":1}}'), /__proto__/],
  ['an enum value that is a method of Object', { proto: 'hasOwnProperty' }, /must be one of: tcp, udp/],
  ['an option as host', { host: '-oProxyCommand=id' }, /host must be a host name or an IP address/],
  ['two commands as host', { host: 'a;b' }, /host must be/],
  ['a login in the host', { host: 'user@host' }, /host must be/],
  ['an empty host', { host: '' }, /host must be/],
  ['a blank host', { host: ' ' }, /host must be/],
  ['a user name with a space', { username: 'root x' }, /username must be a user name/],
  ['one parameter under two names', { process: 'a', command: 'b' }, /process_name was given twice/],
  ['a list as arguments', [], /must be a JSON object/],
  ['a string as arguments', 'x', /must be a JSON object/],
  ['a misspelt name', { cuont: 1 }, /Unknown parameter cuont\. Known: count/],
])('%s is refused by name', async (_name, input, message) => {
  expect(await call('probe', input)).toMatchObject({
    success: false,
    message: expect.stringMatching(message),
    error: { code: 'invalid_argument' },
  });
});

test('other spellings of a parameter arrive under its own name', async () => {
  expect(await call('probe', { command: 'nginx' })).toMatchObject({ data: { got: { process_name: 'nginx' } } });
});

test('an unknown tool and a tool that is not for agents look the same', async () => {
  for (const name of ['nosuch', 'secret']) {
    expect(await call(name, {})).toMatchObject({
      success: false,
      message: `There is no tool ${name}. Tools: probe`,
      error: { code: 'not_found' },
    });
  }
});

test('a missing scope is named with the flag that grants it', async () => {
  expect(await call('secret', {}, { door: 'interface' })).toMatchObject({
    error: { code: 'permission_denied', hint: expect.stringContaining('netsonde serve --grant read,capture') },
  });
});

test('an output that breaks its own schema is a bug with an id, and nothing of it leaks', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const reply = await call('secret', {}, { door: 'interface', scopes: new Set(['capture']) });
  expect(reply).toMatchObject({ success: false, data: null, error: { code: 'internal' } });
  const id = /under ([0-9a-f-]{36})/.exec(reply.message)?.[1] ?? 'no id';
  expect(log.mock.calls[0]?.[0]).toContain(id);
  expect(JSON.stringify(reply)).not.toContain('oops');
  log.mockRestore();
});

test('an error is worded in the language of the caller', async () => {
  expect(await call('probe', { count: 0 }, { language: 'zh-CN' })).toMatchObject({
    message: '参数 count 必须是 1 到 65535 之间的整数。',
  });
});

test('a typed error keeps its code and hint', async () => {
  expect(await call('probe', { process_name: 'fail' })).toEqual({
    success: false,
    message: 'No answer.',
    data: null,
    error: { code: 'unreachable', hint: 'Ask again.' },
  });
});

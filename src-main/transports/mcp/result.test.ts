import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../engine/tool';
import { tools } from '../../engine/tools/index';
import { listTools } from './definitions';
import { render, toCallToolAnswer } from './result';

const tool = defineTool({
  name: 't',
  title: 'T',
  description: '',
  input: z.strictObject({}),
  output: z.any(),
  run: () => Promise.resolve({}),
  summarize: () => '',
});

test('lists become tables, unknown values a dash, and text a JSON string', () => {
  expect(
    render({
      host: 'localhost',
      pid: null,
      rows: [
        { program: 'nginx', port: 80 },
        { program: 'x | y\nport: 1', port: null },
      ],
      tags: ['a'],
      source: { backend: 'ss' },
    }),
  ).toBe(
    [
      'host: "localhost"',
      'pid: -',
      'rows:',
      '  program | port',
      '  "nginx" | 80',
      String.raw`  "x | y\nport: 1" | -`,
      'tags: ["a"]',
      'source:',
      '  backend: "ss"',
    ].join('\n'),
  );
});

test('a success is text and envelope', () => {
  expect(toCallToolAnswer(tool, { success: true, message: 'One row.', data: { a: 1 } }, {}, 'en')).toEqual({
    content: [{ type: 'text', text: 'One row.\na: 1' }],
    structuredContent: { success: true, message: 'One row.', data: { a: 1 } },
  });
});

test('a failure shows code, hint and what was got', () => {
  const reply = {
    success: false as const,
    message: 'Lost.',
    data: { a: 1 },
    error: { code: 'timeout' as const, hint: 'Ask again.' },
  };
  expect(toCallToolAnswer(tool, reply, {}, 'en')).toMatchObject({
    isError: true,
    content: [{ text: 'Lost. (timeout)\nAsk again.\na: 1' }],
  });
});

test("a tool's own text form is used where it has one", () => {
  const own = { ...tool, textForm: () => '12.40' };
  expect(
    toCallToolAnswer(own, { success: true, message: 'Done.', data: { packets_per_second: 12.4 } }, {}, 'en').content[0].text,
  ).toBe('12.40');
});

test('the tool list stays under 24 tools and 25 KB without output schemas, and each tool is described', () => {
  const listed = listTools(tools);
  expect(listed.length).toBeLessThan(24);
  const bytes = Buffer.byteLength(JSON.stringify(listed.map(each => ({ ...each, outputSchema: undefined }))));
  expect(bytes).toBeLessThanOrEqual(25 * 1024);
  for (const each of listed) {
    expect(each.description.length).toBeGreaterThan(20);
    expect(each.inputSchema.type).toBe('object');
    expect(each.outputSchema.type).toBe('object');
  }
  expect(listed.map(({ name }) => name)).not.toContain('create_token');
});

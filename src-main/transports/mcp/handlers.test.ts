import type { Progress } from '@shared/bridge';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../engine/tool';
import { answerRequest, type CallSurroundings, type ToolCaller } from './handlers';

const tool = defineTool({
  name: 'walk',
  title: 'Walk',
  description: 'Walks.',
  input: z.strictObject({}),
  output: z.any(),
  run: () => Promise.resolve({}),
  summarize: () => '',
});

/** Calls a tool that reports these steps. @returns the notifications that were sent */
async function walk(steps: Progress[], surroundings: Partial<CallSurroundings> = {}, meta: unknown = { progressToken: 'p' }) {
  const sent: unknown[] = [];
  const caller: ToolCaller = {
    tools: new Map([[tool.name, tool]]),
    language: 'en',
    call(_name, _input, { onProgress }) {
      for (const step of steps) onProgress?.(step);
      return Promise.resolve({ success: true, message: 'Done.', data: {} });
    },
  };
  await answerRequest({ method: 'tools/call', params: { name: 'walk', _meta: meta } }, caller, {
    signal: new AbortController().signal,
    hasRoom: () => true,
    notify(notification) {
      sent.push(notification.params);
      return Promise.resolve();
    },
    ...surroundings,
  });
  return sent;
}

const first = { done: 0.1, message: 'first' };
const last = { done: 1, message: 'last' };

test('progress is sent under the token of the call, the first and the last step always', async () => {
  expect(await walk([first, { done: 0.2, message: 'at once' }, last])).toEqual([
    { progressToken: 'p', progress: 0.1, total: 1, message: 'first' },
    { progressToken: 'p', progress: 1, total: 1, message: 'last' },
  ]);
});

test('progress that does not grow is left out', async () => {
  expect(await walk([last, last, first])).toHaveLength(1);
});

test.each([
  ['without a token', {}, {}],
  ['for a slow reader', { hasRoom: () => false }, { progressToken: 1 }],
  ['after the call was cancelled', { signal: AbortSignal.abort() }, { progressToken: 1 }],
])('no progress is sent %s', async (_name, surroundings, meta) => {
  expect(await walk([first, last], surroundings, meta)).toEqual([]);
});

test.each([undefined, null, 'walk', {}, { name: 5 }])('tools/call with the params %j names no tool: -32602', async params => {
  const caller: ToolCaller = { tools: new Map(), language: 'en', call: () => Promise.reject(new Error('not reached')) };
  const request = answerRequest({ method: 'tools/call', params }, caller, {
    signal: new AbortController().signal,
    hasRoom: () => true,
    notify: () => Promise.resolve(),
  });
  await expect(request).rejects.toMatchObject({ code: -32602 });
});

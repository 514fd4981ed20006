import { NetsondeError } from '@shared/errors';
import { text, translate } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

const mcpTest = z.object({
  ok: z.boolean(),
  duration_ms: z.number(),
  tools: z.number().nullable(),
  revision: z.string().nullable().describe('Protocol revision that was agreed'),
  problem: z.string().nullable(),
});
export type McpTest = z.infer<typeof mcpTest>;

export const testMcp = defineTool({
  name: 'test_mcp',
  title: 'Test the MCP endpoint',
  description: 'Connect to the own MCP endpoint as an agent would, with the main token, and list its tools.',
  audience: 'interface',
  input: z.strictObject({}),
  output: mcpTest,
  async run(_input, context, { signal, caller }) {
    const result = await context.testMcp(signal);
    if (!result) throw new NetsondeError('unsupported', text('server.mcp_none'), { hint: text('server.mcp_none_hint') });
    const reason = result.problem;
    return {
      ...result,
      problem: reason === null ? null : translate(text('server.mcp_fails', { reason }), caller.language),
    };
  },
  summarize: ({ duration_ms, tools, problem }) => problem ?? text('server.mcp_works', { ms: duration_ms, count: tools ?? 0 }),
});

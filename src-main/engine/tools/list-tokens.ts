import { tokenSummary } from '@shared/model/settings';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const listTokens = defineTool({
  name: 'list_tokens',
  title: 'Tokens',
  description:
    'The tokens that open the server, with what they may do and when they were last used. The main token is shown whole, for "copy configuration".',
  audience: 'interface',
  input: z.strictObject({}),
  output: z.object({ tokens: z.array(tokenSummary), primary_secret: z.string() }),
  run: (_input, { tokens }) => Promise.resolve({ tokens: tokens.list(), primary_secret: tokens.primarySecret() }),
  summarize: ({ tokens }) => text('server.tokens_done', { count: tokens.length }),
});

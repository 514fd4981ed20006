import { tokenSummary } from '@shared/model/settings';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { PRIMARY_ID } from '../services/tokens';
import { defineTool } from '../tool';

export const revokeToken = defineTool({
  name: 'revoke_token',
  title: 'Revoke a token',
  description: 'Revoke a token at once. The main token ("primary") gets a new secret instead, and browsers sign in again.',
  audience: 'interface',
  readOnly: false,
  input: z.strictObject({ id: z.string().max(64) }),
  output: z.object({ tokens: z.array(tokenSummary) }),
  async run({ id }, { tokens }) {
    tokens.revoke(id);
    return { tokens: tokens.list() };
  },
  summarize: (_output, { id }) => text(id === PRIMARY_ID ? 'server.token_renewed' : 'server.token_revoked'),
});

import { NetsondeError } from '@shared/errors';
import { scope, tokenSummary } from '@shared/model/settings';
import { sanitizeUntrusted } from '@shared/sanitize';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const createToken = defineTool({
  name: 'create_token',
  title: 'Make a token',
  description: 'Make a token for one agent. The secret is in this answer only; a hash of it is kept.',
  audience: 'interface',
  readOnly: false,
  input: z.strictObject({ name: z.string().trim().min(1).max(64), scopes: z.array(scope).min(1).max(8) }),
  output: z.object({ token: tokenSummary, secret: z.string() }),
  async run({ name, scopes }, { tokens }, { caller }) {
    const missing = scopes.filter(each => !caller.scopes.has(each));
    if (missing.length > 0)
      throw new NetsondeError('permission_denied', text('server.token_beyond', { list: missing.join(', ') }), {
        hint: text('server.token_beyond_hint'),
      });
    return tokens.create(sanitizeUntrusted(name), scopes);
  },
  summarize: ({ token }) => text('server.token_made', { name: token.name }),
});

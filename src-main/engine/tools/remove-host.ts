import { hostName } from '@shared/model/host';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { removeSecrets } from '../hosts/secrets';
import { defineTool } from '../tool';

export const removeHost = defineTool({
  name: 'remove_host',
  title: 'Remove a host',
  description: 'Forget a host and its secrets. The key that was accepted for its address stays known.',
  audience: 'interface',
  scope: 'remote',
  readOnly: false,
  input: z.strictObject({ host: hostName }),
  output: z.object({ name: z.string() }),
  async run({ host }, { hostStore }) {
    hostStore.book.remove(host);
    removeSecrets(hostStore.secrets, host);
    return { name: host };
  },
  summarize: ({ name }) => text('hosts.removed', { name }),
});

import { hostChanges, hostEntry, hostName, hostSecrets } from '@shared/model/host';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { entryOf, keepSecrets } from '../hosts/host-store';
import { moveSecrets } from '../hosts/secrets';
import { defineTool } from '../tool';

export const updateHost = defineTool({
  name: 'update_host',
  title: 'Change a host',
  description: 'Change what is given of a host; the rest stays. An empty password or passphrase is forgotten.',
  audience: 'interface',
  scope: 'remote',
  readOnly: false,
  input: z.strictObject({ host: hostName.describe('The name it has'), ...hostChanges.shape, ...hostSecrets }),
  output: hostEntry,
  async run({ host, password, passphrase, ...given }, { hostStore }) {
    const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const changed = hostStore.book.update(host, fields);
    moveSecrets(hostStore.secrets, host, changed.name);
    keepSecrets(hostStore, changed.name, { password, passphrase });
    return entryOf(hostStore, changed);
  },
  summarize: ({ name }) => text('hosts.updated', { name }),
});

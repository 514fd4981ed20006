import { hostEntry, hostProfile, hostSecrets } from '@shared/model/host';
import { text } from '@shared/text/index';
import { entryOf, keepSecrets } from '../hosts/host-store';
import { requireUser } from '../require-user';
import { defineTool } from '../tool';

export const addHost = defineTool({
  name: 'add_host',
  title: 'Add a host',
  description: 'Describe a remote host. Passwords and passphrases are kept apart: in the keychain, else in memory.',
  audience: 'interface',
  readOnly: false,
  input: hostProfile.extend(hostSecrets),
  output: hostEntry,
  async run({ password, passphrase, ...profile }, { hostStore }, { caller }) {
    requireUser(caller, 'add_host');
    hostStore.book.add(profile);
    keepSecrets(hostStore, profile.name, { password, passphrase });
    return entryOf(hostStore, profile);
  },
  summarize: ({ name }) => text('hosts.added', { name }),
});

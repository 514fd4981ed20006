import { hostEntry, hostProfile, hostSecrets } from '@shared/model/host';
import { text } from '@shared/text/index';
import { entryOf, keepSecrets } from '../hosts/host-store';
import { defineTool } from '../tool';

export const addHost = defineTool({
  name: 'add_host',
  title: 'Add a host',
  description: 'Describe a remote host. Passwords and passphrases are kept apart: in the keychain, else in memory.',
  audience: 'interface',
  // New targets are the user's to choose: a token made for an agent has it only if the user gave it.
  scope: 'remote',
  readOnly: false,
  input: hostProfile.extend(hostSecrets),
  output: hostEntry,
  async run({ password, passphrase, ...profile }, { hostStore }) {
    hostStore.book.add(profile);
    keepSecrets(hostStore, profile.name, { password, passphrase });
    return entryOf(hostStore, profile);
  },
  summarize: ({ name }) => text('hosts.added', { name }),
});

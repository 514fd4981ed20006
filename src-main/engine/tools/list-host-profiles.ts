import { hostBookView } from '@shared/model/host';
import { text, translate } from '@shared/text/index';
import { z } from 'zod';
import { entryOf } from '../hosts/host-store';
import { defineTool } from '../tool';

export const listHostProfiles = defineTool({
  name: 'list_host_profiles',
  title: 'Profiles of hosts',
  description: 'How remote hosts are reached, as the user described them. Says whether a secret is kept, never which.',
  audience: 'interface',
  input: z.strictObject({}),
  output: hostBookView,
  async run(_input, { hostStore }, { caller }) {
    const { book, secrets } = hostStore;
    return {
      hosts: book.list().map(profile => entryOf(hostStore, profile)),
      secrets_lasting: secrets.lasting,
      notice: book.notice && translate(book.notice, caller.language),
    };
  },
  summarize: ({ hosts }) => text('hosts.listed', { count: hosts.length }),
});

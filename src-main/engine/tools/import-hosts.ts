import { NetsondeError } from '@shared/errors';
import { hostImport } from '@shared/model/host';
import { HOST_IMPORT_FORMATS } from '@shared/model/host-import-formats';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const importHosts = defineTool({
  name: 'import_hosts',
  title: 'Import hosts',
  description:
    'Take over the hosts of an OpenSSH configuration, or of JSON, YAML or TOML with IftopConfig.remote_hosts or NetstatConfig.remote_hosts. Hosts that are there already stay as they are.',
  audience: 'interface',
  scope: 'remote',
  readOnly: false,
  input: z.strictObject({
    format: z.enum(HOST_IMPORT_FORMATS),
    text: z
      .string()
      .max(1024 * 1024)
      .optional(),
    own_file: z.boolean().default(false).describe('The sender takes the passwords out of where the text came from'),
    path: z
      .string()
      .max(4_096)
      .optional()
      .describe('A file of this machine; passwords that go to the keychain are taken out of it'),
  }),
  output: hostImport,
  async run({ format, text: content, own_file, path }, { hostStore }, { caller }) {
    if ((content === undefined) === (path === undefined)) {
      throw new NetsondeError('invalid_argument', text('hosts.import_either'));
    }
    // Loaded when it is asked for, with the parsers of three formats.
    const { importFile, importText, wordImport } = await import('../hosts/import/import-hosts');
    if (path === undefined) return wordImport(importText(hostStore, content ?? '', format, own_file), caller.language);
    // A page or an agent may hold a token of this server without being the user at this machine.
    if (caller.door !== 'cli' && !caller.isAtDesktop) {
      throw new NetsondeError('permission_denied', text('hosts.import_path'), { hint: text('hosts.import_path_hint') });
    }
    return wordImport(importFile(hostStore, path, format), caller.language);
  },
  summarize: ({ added }) => text('hosts.imported', { count: added.length }),
});

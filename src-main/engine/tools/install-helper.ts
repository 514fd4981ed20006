import { NetsondeError } from '@shared/errors';
import { INSTALL_ACTIONS } from '@shared/model/status';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const installHelper = defineTool({
  name: 'install_helper',
  title: 'Install or remove the privileged helper',
  description:
    'Ask for the administrator’s password and run `netsonde helper install` or `uninstall`. Only from the window of the desktop app.',
  audience: 'interface',
  readOnly: false,
  input: z.strictObject({ action: z.enum(INSTALL_ACTIONS) }),
  output: z.object({ action: z.enum(INSTALL_ACTIONS) }),
  async run({ action }, { installer }, { caller, signal }) {
    // A browser may sit at another machine: nobody there could answer the question, and somebody here would wonder.
    if (!installer || !caller.isAtDesktop)
      throw new NetsondeError('unsupported', text('install.not_here'), { hint: text('install.copy_hint') });
    await installer.run(action, signal);
    return { action };
  },
  summarize: ({ action }) => text(action === 'uninstall' ? 'install.uninstalled' : 'install.done'),
});

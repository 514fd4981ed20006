import { settings } from '@shared/model/settings';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const getSettings = defineTool({
  name: 'get_settings',
  title: 'Settings',
  description: 'What the user has set: language, theme, units, saved filters, favourites.',
  audience: 'interface',
  input: z.strictObject({}),
  output: settings,
  run: (_input, context) => Promise.resolve(context.settings.get()),
  summarize: () => text('server.settings_done'),
});

import { settings } from '@shared/model/settings';
import { text } from '@shared/text/index';
import { defineTool } from '../tool';

export const changeSettings = defineTool({
  name: 'change_settings',
  title: 'Change settings',
  description: 'Change the settings that are given; the others stay.',
  audience: 'interface',
  readOnly: false,
  input: settings.partial().strict(),
  output: settings,
  run: (fields, context) => Promise.resolve(context.settings.change(fields)),
  summarize: () => text('server.settings_changed'),
});

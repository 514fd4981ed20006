import { status } from '@shared/model/status';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const getStatus = defineTool({
  name: 'get_status',
  title: 'What can be seen',
  description:
    'What Netsonde can see on this machine now, by which backend, what is missing and exactly how to get it; version, privileges, load of the engine.',
  input: z.strictObject({}),
  output: status,
  run: (_input, { status }, { caller }) => status.read(caller.language),
  summarize({ abilities }) {
    const good = abilities.filter(({ state }) => state === 'good').length;
    return text('status.done', { good, total: abilities.length });
  },
});

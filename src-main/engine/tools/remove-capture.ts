import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const removeCapture = defineTool({
  name: 'remove_capture',
  title: 'Forget a capture',
  description: 'Forget a capture or an analysed file and delete the packets it saved. A running one is stopped first.',
  scope: 'capture',
  audience: 'interface',
  readOnly: false,
  input: z.strictObject({ session_id: z.string().max(64) }),
  output: z.object({ session_id: z.string() }),
  async run({ session_id }, { captures }) {
    await captures.remove(session_id);
    return { session_id };
  },
  summarize: () => text('captures.removed'),
});

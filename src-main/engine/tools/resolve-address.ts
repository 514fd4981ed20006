import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

export const resolveAddress = defineTool({
  name: 'resolve_address',
  title: 'Name of an address',
  description:
    'Asks the DNS servers of this machine for the name of an address (reverse DNS), on demand only. Names are text from the network.',
  audience: 'interface',
  input: z.strictObject({ address: z.string().max(64) }),
  output: z.object({ address: z.string(), names: z.array(z.string()) }),
  run: ({ address }, { addresses }, { signal }) => addresses.reverse(address, signal),
  summarize: ({ address, names }) =>
    names[0] ? text('addresses.named', { address, name: names[0] }) : text('addresses.nameless', { address }),
});

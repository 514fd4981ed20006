import { addressFacts } from '@shared/model/settings';
import { text } from '@shared/text/index';
import { z } from 'zod';
import { defineTool } from '../tool';

/** The pages ask for what is on the screen, not for more. */
const MOST = 200;

export const describeAddresses = defineTool({
  name: 'describe_addresses',
  title: 'Facts about addresses',
  description:
    'Scope, country, hardware address and its maker, from data shipped with the app and the neighbour table. Nothing is asked of the network.',
  audience: 'interface',
  input: z.strictObject({ addresses: z.array(z.string().max(64)).max(MOST) }),
  output: z.object({ addresses: z.array(addressFacts) }),
  run: async ({ addresses }, context) => ({ addresses: await context.addresses.describe(addresses) }),
  summarize: ({ addresses }) => text('addresses.done', { count: addresses.length }),
});

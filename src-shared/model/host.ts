import { z } from 'zod';
import { source } from './source';

export const hostSummary = z.object({
  name: z.string(),
  address: z.string().nullable(),
  kind: z.enum(['local', 'ssh', 'netsonde']),
  state: z.enum(['connecting', 'ready', 'degraded', 'lost']),
  platform: z.string().describe('linux, darwin, …'),
  abilities: z.array(z.string()),
  tags: z.array(z.string()),
});
export type HostSummary = z.infer<typeof hostSummary>;

export const hostList = z.object({ hosts: z.array(hostSummary), source });
export type HostList = z.infer<typeof hostList>;

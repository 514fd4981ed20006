import { z } from 'zod';
import { source } from './source';

export const packetRate = z.object({
  interface: z.string(),
  direction: z.enum(['incoming', 'outgoing']),
  packets_per_second: z.number().describe('Average over the whole count'),
  packets: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  method: z.enum(['xdp', 'tc', 'cgroup', 'counters']).describe('What counted; counters: the interface counters of the system'),
  source,
});
export type PacketRate = z.infer<typeof packetRate>;

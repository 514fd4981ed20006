import { z } from 'zod';
import type { source } from './source';

/** Payload that a process handed to its sockets and took from them, since Netsonde looks. */
export const processTraffic = z.object({
  pid: z.number(),
  program: z.string(),
  user: z.string().nullable(),
  /** ms since 1970: tells a pid that is used again. */
  started_ms: z.number(),
  tx_bytes: z.number(),
  rx_bytes: z.number(),
  /** bit/s over the last second; null at the first look. */
  tx_rate_bps: z.number().nullable(),
  rx_rate_bps: z.number().nullable(),
});
export type ProcessTraffic = z.infer<typeof processTraffic>;

export interface ProcessTrafficEvent {
  at_ms: number;
  /** Busiest first; at most 200. Empty with a reason in `source` where it cannot be seen. */
  processes: ProcessTraffic[];
  /** How many there are in all. */
  total: number;
  source: z.infer<typeof source>;
}

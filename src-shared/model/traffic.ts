import { z } from 'zod';
import { attribution, source } from './source';

export const topConnection = z.object({
  protocol: z.string(),
  source: z.string().describe('Local end; IPv6 in brackets; no port for ICMP.'),
  destination: z.string(),
  tx_rate: z.number().describe('Mbps'),
  rx_rate: z.number().describe('Mbps'),
  tx_total: z.number().describe('MB in the sample'),
  rx_total: z.number().describe('MB in the sample'),
  pid: z.number().nullable(),
  program: z.string(),
  attribution,
});
export type TopConnection = z.infer<typeof topConnection>;

export const interfaceTraffic = z.object({
  host: z.string(),
  total_stats: z.object({
    interface: z.string(),
    tx_total: z.number().describe('MB (10^6 bytes) in the sample'),
    rx_total: z.number().describe('MB in the sample'),
    tx_rate_avg: z.number().describe('Mbps (10^6 bit/s)'),
    rx_rate_avg: z.number().describe('Mbps'),
    tx_packets: z.number(),
    rx_packets: z.number(),
    tx_errors: z.number(),
    rx_errors: z.number(),
    tx_dropped: z.number(),
    rx_dropped: z.number(),
    link_speed_mbps: z.number().nullable(),
  }),
  top_connections: z.array(topConnection).max(10),
  unattributed_share: z
    .number()
    .nullable()
    .describe('0 to 1: bytes of no known process; null when connections could not be seen.'),
  series: z.array(
    z.object({ t: z.iso.datetime({ offset: true }), tx_rate: z.number().nullable(), rx_rate: z.number().nullable() }),
  ),
  source,
  partial: z.boolean().optional(),
});
export type InterfaceTraffic = z.infer<typeof interfaceTraffic>;

/** Live top connections of one interface, from the deltas of the socket table. */
export interface TopConnectionsEvent {
  at_ms: number;
  interface: string;
  connections: TopConnection[];
  total: number;
  unattributed_share: number | null;
  backend: string;
}

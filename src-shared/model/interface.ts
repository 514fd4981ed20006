import { z } from 'zod';
import { source } from './source';

/** Counters of an interface since boot, as the kernel keeps them. */
export const interfaceCounters = z.object({
  rx_bytes: z.number(),
  tx_bytes: z.number(),
  rx_packets: z.number(),
  tx_packets: z.number(),
  rx_errors: z.number(),
  tx_errors: z.number(),
  rx_dropped: z.number(),
  tx_dropped: z.number(),
});
export type InterfaceCounters = z.infer<typeof interfaceCounters>;

export const networkInterface = z.object({
  name: z.string(),
  index: z.number().nullable().describe('Kernel index; tells two interfaces of one name apart.'),
  mac: z.string().nullable(),
  addresses: z.array(z.string()).describe('With prefix length, for example 192.0.2.10/24.'),
  mtu: z.number().nullable(),
  up: z.boolean().describe('Administratively up.'),
  running: z.boolean().describe('Has a link.'),
  loopback: z.boolean(),
  wireless: z.boolean(),
  kind: z.string().describe('ethernet, wifi, loopback, veth, bridge, wireguard, vlan, tun, …'),
  speed_mbps: z.number().nullable(),
  is_default: z.boolean(),
  since_boot: interfaceCounters.nullable(),
});
export type NetworkInterface = z.infer<typeof networkInterface>;

export const interfaceList = z.object({
  host: z.string(),
  interfaces: z.array(z.string()),
  default: z.string().nullable(),
  details: z.array(networkInterface),
  source,
});
export type InterfaceList = z.infer<typeof interfaceList>;

/** One second of one interface. A rate is null when the counter went back (reset, wrap, new interface). */
export const interfaceSample = z.object({
  at_ms: z.number().describe('Wall clock of the second reading, ms since 1970.'),
  sequence: z.number().describe('Grows by one a reading of the host; a jump is a gap.'),
  interval_ms: z.number().describe('Measured with the monotonic clock.'),
  interface: z.string(),
  index: z.number().nullable(),
  rx_rate_bps: z.number().nullable(),
  tx_rate_bps: z.number().nullable(),
  rx_packet_rate: z.number().nullable(),
  tx_packet_rate: z.number().nullable(),
  /** Counts within this sample. */
  rx_errors: z.number().nullable(),
  tx_errors: z.number().nullable(),
  rx_dropped: z.number().nullable(),
  tx_dropped: z.number().nullable(),
});
export type InterfaceSample = z.infer<typeof interfaceSample>;

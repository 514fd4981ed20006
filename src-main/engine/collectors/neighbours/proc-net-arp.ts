import type { Backend } from '../backend';
import type { Neighbour } from './ip-neigh';

/** /proc/net/arp: IPv4 alone. */
export const procNetArp: Backend<void, Neighbour> = {
  name: '/proc/net/arp',
  privileged: false,
  platforms: ['linux'],
  collect: async (host, _query, signal) => parseArp(await host.readFile('/proc/net/arp', { signal })),
};

/** Parses /proc/net/arp: address, hardware type, flags, card, mask, device. */
export function parseArp(table: string): Neighbour[] {
  return [...table.matchAll(/^([\d.]+)\s+0x\S+\s+0x\S+\s+([0-9a-f:]{17})\s/gm)].map(([, ip = '', mac = '']) => ({ ip, mac }));
}

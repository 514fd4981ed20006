import type { Backend } from '../backend';
import { runTool } from '../run-tool';

/** An address on the same link and the card that answers for it. */
export interface Neighbour {
  ip: string;
  mac: string;
}

/** `ip neigh`: both address families. */
export const ipNeigh: Backend<void, Neighbour> = {
  name: 'ip neigh',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const { stdout } = await runTool(
      host,
      ['ip', 'neigh', 'show'],
      { apt: 'iproute2', rpm: 'iproute' },
      { timeoutMs: 2_000, signal },
    );
    return parseIpNeigh(stdout);
  },
};

/** Parses `192.0.2.2 dev veth-a lladdr 02:00:00:00:77:02 STALE`; an entry without a card (FAILED) is none. */
export function parseIpNeigh(output: string): Neighbour[] {
  return [...output.matchAll(/^(\S+) dev \S+ .*?lladdr ([0-9a-f:]{17})/gm)].map(([, ip = '', mac = '']) => ({ ip, mac }));
}

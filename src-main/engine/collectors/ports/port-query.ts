import type { Backend } from '../backend';
import { parseOutput, runTool } from '../run-tool';
import { helperSockets } from '../sockets/helper';
import { lsof } from '../sockets/lsof';
import { netstat } from '../sockets/netstat';
import { netstatMacos } from '../sockets/netstat-macos';
import { procNet } from '../sockets/proc-net';
import type { Socket } from '../sockets/socket';
import { parseSs, SS_PACKAGES } from '../sockets/ss';

export interface PortQuery {
  port: number;
  transport: 'TCP' | 'UDP';
  /** listeners: who holds the port; connections: whose local end it is, those in TIME_WAIT too. */
  which: 'listeners' | 'connections';
}

/**
 * The kernel finds the port itself (`sport = :N`), and with `state listening` looks through the listeners alone: 3 ms among
 * 100,000 connections. `-l` would take 32 there, for it also asks for closed sockets and so walks every connection.
 */
const ssFiltered: Backend<PortQuery, Socket> = {
  name: 'ss',
  privileged: false,
  platforms: ['linux'],
  async collect(host, { port, transport, which }, signal) {
    if (transport === 'UDP' && which === 'connections') return [];
    const scope =
      transport === 'UDP'
        ? (['-u', '-a'] as const)
        : (['-t', 'state', which === 'listeners' ? 'listening' : 'connected'] as const);
    // Here the inode cache knows the owner; elsewhere ss looks for it, at few sockets.
    const processes = host.kind !== 'local';
    const argv = ['ss', '-H', '-n', '-e', '-O', ...(processes ? ['-p'] : []), ...scope, 'sport', '=', `:${port}`] as const;
    const { stdout } = await runTool(host, argv, SS_PACKAGES, { timeoutMs: 10_000, signal });
    // Where one state is asked for, ss leaves its column out.
    const layout = transport === 'TCP' && which === 'listeners' ? { transport, state: 'LISTEN' } : { transport };
    return parseOutput(host, ['ss', '-V'], () => parseSs(stdout, { ...layout, processes }));
  },
};

/** Any backend that reads the whole table, cut to the port. */
function filtered(whole: Backend<{ owners: boolean }, Socket>): Backend<PortQuery, Socket> {
  return {
    ...whole,
    async collect(host, { port, transport, which }, signal) {
      const sockets = await whole.collect(host, { owners: true }, signal);
      return sockets.filter(
        socket => socket.local_port === port && socket.protocol.startsWith(transport) && wanted(socket, which),
      );
    },
  };
}

function wanted({ protocol, state, netns }: Socket, which: PortQuery['which']): boolean {
  if (netns !== null) return false; // a port of another network namespace is free here
  if (which === 'connections') return protocol.startsWith('TCP') && state !== 'LISTEN';
  return state === 'LISTEN' || protocol.startsWith('UDP');
}

/** Ways to see one port, best first. */
export const portBackends: readonly Backend<PortQuery, Socket>[] = [filtered(helperSockets), ...withoutHelper()];

/** For tables so large that the kernel's own look-up of one port is quicker than the iterators over all of them. */
export function withoutHelper(): Backend<PortQuery, Socket>[] {
  return [ssFiltered, ...[netstat, procNet, netstatMacos, lsof].map(filtered)];
}

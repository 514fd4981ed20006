import type { Backend } from '../backend';
import { parseOutput, runTool } from '../run-tool';
import { helperSockets } from '../sockets/helper';
import { lsof } from '../sockets/lsof';
import { netstat } from '../sockets/netstat';
import { netstatMacos } from '../sockets/netstat-macos';
import { procNet } from '../sockets/proc-net';
import type { Socket } from '../sockets/socket';
import { parseSs, SS_PACKAGES, type SsLayout } from '../sockets/ss';

/** Listeners of TCP as in port-query.ts, and every UDP socket: together 5 ms even where there are 100,000 connections. */
const ssListeners: Backend<void, Socket> = {
  name: 'ss',
  privileged: false,
  platforms: ['linux'],
  async collect(host, _query, signal) {
    const run = async (scope: readonly string[], layout: SsLayout): Promise<Socket[]> => {
      const { stdout } = await runTool(host, ['ss', '-H', '-n', '-e', '-O', ...scope], SS_PACKAGES, {
        timeoutMs: 10_000,
        signal,
      });
      return parseOutput(host, ['ss', '-V'], () => parseSs(stdout, { ...layout, processes: false }));
    };
    const [tcp, udp] = await Promise.all([
      run(['-t', 'state', 'listening'], { transport: 'TCP', state: 'LISTEN' }),
      run(['-u', '-a'], { transport: 'UDP' }),
    ]);
    return [...tcp, ...udp].filter(isListener);
  },
};

function onlyListeners(whole: Backend<{ owners: boolean }, Socket>): Backend<void, Socket> {
  return {
    ...whole,
    collect: async (host, _query, signal) => (await whole.collect(host, { owners: true }, signal)).filter(isListener),
  };
}

function isListener({ state, protocol, foreign_port, netns }: Socket): boolean {
  if (netns !== null) return false;
  return state === 'LISTEN' || (protocol.startsWith('UDP') && foreign_port === null);
}

/** Ways to see what listens, best first. */
export const listenerBackends: readonly Backend<void, Socket>[] = [
  onlyListeners(helperSockets),
  ssListeners,
  ...[netstat, procNet, netstatMacos, lsof].map(onlyListeners),
];

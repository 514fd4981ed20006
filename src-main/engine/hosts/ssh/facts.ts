import { isIP } from 'node:net';
import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../host';

/** What the account may do there: everything, everything by `sudo -n`, or what a user may. */
export type Privilege = 'root' | 'sudo' | 'none';

/** What was seen of a machine when it was connected to. */
export interface RemoteFacts {
  platform: Host['platform'];
  /** As `uname -s` says: Linux, Darwin, FreeBSD. */
  system: string;
  privilege: Privilege;
  osRelease: string;
  /** The connection as its own machine sees it; null where sshd does not say. */
  connection: { client: string; clientPort: number; server: string; serverPort: number } | null;
}

/** A POSIX script that tells them. */
export const FACTS = `uname -s; id -u; echo "$SSH_CONNECTION"; sudo -n true 2>/dev/null && echo sudo || echo no; cat /etc/os-release 2>/dev/null`;

/** @param wanted what of it the user wants to be used; null: all */
export function readFacts(said: string, wanted: Privilege | null): RemoteFacts {
  const [system = '', uid = '', connection = '', sudo = '', ...release] = said.split('\n');
  const [client = '', clientPort = '', server = '', serverPort = ''] = connection.split(' ');
  const can: Privilege = uid === '0' ? 'root' : sudo === 'sudo' ? 'sudo' : 'none';
  return {
    platform: system === 'Linux' ? 'linux' : system === 'Darwin' ? 'darwin' : 'other',
    system: sanitizeUntrusted(system, 64),
    privilege: wanted === 'none' && can === 'sudo' ? 'none' : can,
    osRelease: release.join('\n').slice(0, 4_096),
    connection: serverPort === '' ? null : { client, clientPort: Number(clientPort), server, serverPort: Number(serverPort) },
  };
}

/** Nothing of what the other end says reaches a filter but addresses and numbers. */
export function trafficOf({ client, clientPort, server, serverPort }: NonNullable<RemoteFacts['connection']>): string | null {
  if (!isIP(client) || !isIP(server) || !Number.isInteger(clientPort) || !Number.isInteger(serverPort)) return null;
  return `tcp and host ${client} and host ${server} and port ${clientPort} and port ${serverPort}`;
}

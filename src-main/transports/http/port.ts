import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { NetsondeError } from '@shared/errors';
import { portCheck } from '@shared/model/port';
import type { Scope } from '@shared/model/settings';
import { type Language, type Text, text, translate } from '@shared/text/index';
import type { Engine } from '../../engine/create-engine';
import type { Caller } from '../../engine/tool';

/** Fixed, so that a client's configuration stays valid (tool-contract section 5). */
export const DEFAULT_PORT = 7663;
/** How many ports after the usual one are tried when it is taken. */
const PORTS_TRIED = 20;

/** Who holds a port, for people; null when it cannot be seen. */
export type FindHolder = (port: number) => Promise<string | null>;

/** Asks the engine's own tool who holds a port. */
export function holderOf(engine: Engine, language: Language): FindHolder {
  const caller: Caller = { id: 'server', door: 'interface', scopes: new Set<Scope>(['read']), language };
  return async port => {
    const reply = await engine.call('check_port_occupation', { port }, caller);
    const found = reply.success ? portCheck.safeParse(reply.data) : undefined;
    const [first] = found?.data?.occupations ?? [];
    if (!first) return null;
    return first.pid === null ? first.program : `${first.program} (pid ${first.pid})`;
  };
}

/**
 * Listens on the port that was asked for, or on the usual one, or on the next free one.
 * @throws NetsondeError busy, with the holder's name
 */
export async function listen(
  server: Server,
  { port, address }: { port?: number | undefined; address: string },
  findHolder: FindHolder,
): Promise<{ port: number; notices: Text[] }> {
  if (port !== undefined) {
    if (await tryPort(server, port, address)) return { port: portOf(server), notices: [] };
    const holder = await findHolder(port);
    const message = holder ? text('server.port_taken', { port, holder }) : text('server.port_taken_unknown', { port });
    throw new NetsondeError('busy', message, { hint: text('server.port_taken_hint') });
  }
  if (await tryPort(server, DEFAULT_PORT, address)) return { port: DEFAULT_PORT, notices: [] };
  // Asked before listening elsewhere: once the server listens, requests come in.
  const holder = (await findHolder(DEFAULT_PORT)) ?? translate(text('server.port_held'), 'en');
  for (let used = DEFAULT_PORT + 1; used <= DEFAULT_PORT + PORTS_TRIED; used++) {
    if (await tryPort(server, used, address))
      return { port: used, notices: [text('server.port_moved', { port: DEFAULT_PORT, holder, used })] };
  }
  throw new NetsondeError('busy', text('server.port_none', { port: DEFAULT_PORT, last: DEFAULT_PORT + PORTS_TRIED }), {
    hint: text('server.port_taken_hint'),
  });
}

/** @returns false when the port is taken */
function tryPort(server: Server, port: number, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else
        reject(
          new NetsondeError(
            error.code === 'EACCES' ? 'permission_denied' : 'unreachable',
            text('server.port_refused', { address, port, reason: error.code ?? error.message }),
            { cause: error },
          ),
        );
    };
    server.once('error', onError);
    server.listen({ port, host: address, exclusive: true }, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port; // an AddressInfo once it listens on TCP
}

/** Literal addresses only: a name could be pointed anywhere (DNS rebinding). */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(list =>
    (list ?? []).filter(({ scopeid }) => !scopeid).map(({ address }) => address),
  );
}

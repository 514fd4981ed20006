import type { InterfaceList } from '@shared/model/interface';
import type { Measured } from '@shared/model/source';
import { collectWithFallback } from '../collectors/backend';
import { readDefaultInterface } from '../collectors/interfaces/default-interface';
import { interfaceBackends } from '../collectors/interfaces/index';
import type { Host } from '../hosts/host';

/** Interfaces of a host as they are now. */
export interface InterfaceService {
  list(host: Host, signal?: AbortSignal): Promise<Measured<InterfaceList>>;
}

export function createInterfaceService(): InterfaceService {
  return {
    async list(host, signal) {
      const [{ rows, source }, routed] = await Promise.all([
        collectWithFallback(interfaceBackends, host, undefined, signal),
        readDefaultInterface(host, signal),
      ]);
      // Without a default route: the first that is up and has an address; loopback only when there is nothing else.
      const usable = rows.filter(({ up, addresses }) => up && addresses.length > 0);
      const chosen = rows.find(({ name }) => name === routed) ?? usable.find(({ loopback }) => !loopback) ?? usable[0];
      return {
        host: host.name,
        interfaces: rows.map(({ name }) => name),
        default: chosen?.name ?? null,
        details: rows.map(row => ({ ...row, is_default: row === chosen })),
        source,
      };
    },
  };
}

import { sanitizeUntrusted } from '@shared/sanitize';
import type { Host } from '../../hosts/host';
import { createKernelSymbols, type KernelSymbols } from './kernel-symbols';
import { parseHostsFile, readHostsFile, readInterfaceNames } from './local-names';
import { type ProcessOrigin, readProcessOrigin } from './process-origin';

/** What stands beside the kernel's events on their own machine: names of interfaces, hosts, functions, processes. */
export interface NameLookups {
  interfaces: () => ReadonlyMap<number, string>;
  hosts: () => ReadonlyMap<string, string>;
  symbols: KernelSymbols;
  origin: (pid: number, startedNs: number) => ProcessOrigin | null;
}

export function localNames(): NameLookups {
  return { interfaces: readInterfaceNames, hosts: readHostsFile, symbols: createKernelSymbols(), origin: readProcessOrigin };
}

const LOOK_MS = 5_000;

/**
 * Of another machine: interfaces and its hosts file are read again and again in the background, so that a row never waits.
 * Its kernel's functions and command lines of processes are not fetched: 10 MB, and a round trip a process.
 */
export function remoteNames(host: Host): NameLookups {
  let interfaces = new Map<number, string>();
  let hosts = new Map<string, string>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    const found = await host.exec(['sh', '-c', 'grep . /sys/class/net/*/ifindex'], {
      timeoutMs: LOOK_MS,
      okExitCodes: [0, 1, 2],
    });
    interfaces = new Map(
      Array.from(found.stdout.matchAll(/^\/sys\/class\/net\/([^/\n]+)\/ifindex:(\d+)$/gm), ([, name, index]) => {
        return [Number(index), sanitizeUntrusted(name ?? '')] as const; // a pair, for the Map
      }),
    );
    hosts = parseHostsFile(await host.readFile('/etc/hosts').catch(() => ''));
  };
  const refresh = (): void => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch(() => {}) // numbers stand for names till the next look
      .finally(() => (isLooking = false));
  };
  refresh();
  return {
    interfaces() {
      refresh();
      return interfaces;
    },
    hosts: () => hosts,
    symbols: { load: () => Promise.resolve(), name: () => null, hidden: true },
    origin: () => null,
  };
}

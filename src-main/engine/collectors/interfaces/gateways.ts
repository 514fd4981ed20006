import type { Host } from '../../hosts/host';

/** Addresses of the routers that default routes go to; empty where they cannot be known. */
export async function readGateways(host: Host, signal?: AbortSignal): Promise<string[]> {
  if (host.platform !== 'linux') return [];
  const [ipv4 = '', ipv6 = ''] = await Promise.all(
    ['/proc/net/route', '/proc/net/ipv6_route'].map(file => host.readFile(file, { signal }).catch(() => '')),
  );
  return gatewaysFromProc(ipv4, ipv6);
}

/**
 * Default routes of /proc/net/route (addresses are hexadecimal words of this machine, which is little-endian on every system
 * Netsonde runs on) and /proc/net/ipv6_route (in network order; Linux 6.1).
 */
export function gatewaysFromProc(ipv4: string, ipv6: string): string[] {
  const found = new Set<string>();
  for (const line of ipv4.split('\n').slice(1)) {
    const [, destination, gateway = ''] = line.split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/.test(gateway) || gateway === '00000000') continue;
    found.add([6, 4, 2, 0].map(at => Number.parseInt(gateway.slice(at, at + 2), 16)).join('.'));
  }
  for (const line of ipv6.split('\n')) {
    const [destination, length, , , gateway = ''] = line.split(/\s+/);
    if (length !== '00' || !/^0{32}$/.test(destination ?? '') || !/^[0-9a-f]{32}$/.test(gateway) || /^0{32}$/.test(gateway))
      continue;
    // The shortest form, as captures show it.
    found.add(new URL(`http://[${(gateway.match(/.{4}/g) ?? []).join(':')}]`).hostname.slice(1, -1));
  }
  return [...found];
}

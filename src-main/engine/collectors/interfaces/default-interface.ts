import type { Host } from '../../hosts/host';
import { defaultFromProc } from './proc-addresses';

/** Name of the interface of the default route, IPv4 before IPv6; null without one or where it cannot be known. */
export async function readDefaultInterface(host: Host, signal?: AbortSignal): Promise<string | null> {
  if (host.platform === 'darwin') {
    const said = await Promise.all(
      [['route', '-n', 'get', 'default'] as const, ['route', '-n', 'get', '-inet6', 'default'] as const].map(argv =>
        host.exec([...argv], { timeoutMs: 2_000, signal }).then(
          ({ stdout }) => stdout,
          () => '',
        ),
      ),
    );
    return said.map(text => /^\s*interface:\s*(\S+)/m.exec(text)?.[1]).find(Boolean) ?? null;
  }
  // Files, not `ip route`: no process to start (3 ms each), and both families at once.
  const [ipv4, ipv6] = await Promise.all(
    ['/proc/net/route', '/proc/net/ipv6_route'].map(file => host.readFile(file, { signal }).catch(() => '')),
  );
  return defaultFromProc(ipv4 ?? '', ipv6 ?? '');
}

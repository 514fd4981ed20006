/** The ports asked for last, kept in this window only. */
export interface RecentPort {
  port: number;
  proto: 'tcp' | 'udp';
}

const KEY = 'netsonde.ports';
const KEPT = 5;

export function readRecent(): RecentPort[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept
      .flatMap(entry =>
        Number.isInteger(entry?.port) && (entry.proto === 'tcp' || entry.proto === 'udp')
          ? { port: Number(entry.port), proto: entry.proto === 'udp' ? ('udp' as const) : ('tcp' as const) }
          : [],
      )
      .slice(0, KEPT);
  } catch {
    // Storage may be off or hold something else: then there are no recent ports.
    return [];
  }
}

export function withPort(recent: readonly RecentPort[], port: number, proto: 'tcp' | 'udp'): RecentPort[] {
  return [{ port, proto }, ...recent.filter(entry => entry.port !== port || entry.proto !== proto)].slice(0, KEPT);
}

export function rememberPort(port: number, proto: 'tcp' | 'udp'): RecentPort[] {
  const recent = withPort(readRecent(), port, proto);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(recent));
  } catch {
    // Shown now, gone after a reload.
  }
  return recent;
}

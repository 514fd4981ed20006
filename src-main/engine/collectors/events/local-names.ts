import { readdirSync, readFileSync } from 'node:fs';
import { sanitizeUntrusted } from '@shared/sanitize';

/** Names of interfaces by their number, in the engine's own network namespace. */
export function readInterfaceNames(folder = '/sys/class/net'): Map<number, string> {
  const names = new Map<number, string>();
  for (const name of readdirOrNone(folder)) {
    try {
      names.set(Number(readFileSync(`${folder}/${name}/ifindex`, 'utf8')), sanitizeUntrusted(name));
    } catch {
      // it went away between the two reads, or is no interface (bonding_masters)
    }
  }
  return names;
}

function readdirOrNone(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no sysfs: numbers without names
  }
}

/** The first name of each address in /etc/hosts: the only names that nobody has to be asked for. */
export function readHostsFile(file = '/etc/hosts'): Map<string, string> {
  try {
    return parseHostsFile(readFileSync(file, 'utf8'));
  } catch {
    return new Map(); // there need not be one
  }
}

export function parseHostsFile(lines: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const [address, name] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    if (address && name && !names.has(address)) names.set(address, sanitizeUntrusted(name));
  }
  return names;
}

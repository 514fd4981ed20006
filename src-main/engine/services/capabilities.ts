import { readFileSync } from 'node:fs';

/** linux/capability.h */
export const CAPABILITY = { NET_BIND_SERVICE: 10n, NET_ADMIN: 12n, NET_RAW: 13n } as const;

/** Whether this process has a capability, root or not; false where there are none. */
export function hasCapability(capability: bigint, statusFile = '/proc/self/status'): boolean {
  try {
    const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(statusFile, 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n;
  } catch {
    return false; // not Linux
  }
}

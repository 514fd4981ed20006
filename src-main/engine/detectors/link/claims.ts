import type { ArpClaimFacts, ArpFacts } from '../facts';

/** VRRP and CARP, HSRP: addresses that several routers share on purpose. */
const VIRTUAL = ['00:00:5e:00:01', '00:00:5e:00:02', '00:00:0c:07:ac', '00:00:0c:9f:f', '00:07:b4'];

export function isVirtualMac(mac: string): boolean {
  return VIRTUAL.some(prefix => mac.startsWith(prefix));
}

export interface Contest {
  ip: string;
  first: ArpClaimFacts;
  second: ArpClaimFacts;
  /** The first came back after the second had claimed the address: both are there. */
  isBack: boolean;
}

/** Addresses that two machines claimed within the window. */
export function contested({ claims }: ArpFacts, window_s: number): Contest[] {
  return claims.flatMap(({ ip, claims: owners }) => {
    const [first, second] = [...owners].sort((one, other) => one.firstTs - other.firstTs);
    if (!first || !second || second.firstTs - first.lastTs > window_s) return [];
    return [{ ip, first, second, isBack: first.lastFrame > second.firstFrame }];
  });
}

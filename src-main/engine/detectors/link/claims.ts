import type { ArpClaimFacts, ArpFacts } from '../packet-facts';

/** VRRP and CARP, HSRP: addresses that several routers share on purpose. */
const VIRTUAL = ['00:00:5e:00:01', '00:00:5e:00:02', '00:00:0c:07:ac', '00:00:0c:9f:f', '00:07:b4'];

/** A take-over waits for the old owner to fall silent; two answers to one question do not. */
const TOGETHER_S = 0.5;

export function isVirtualMac(mac: string): boolean {
  return VIRTUAL.some(prefix => mac.startsWith(prefix));
}

export interface Contest {
  ip: string;
  first: ArpClaimFacts;
  second: ArpClaimFacts;
  /** Both are there: the first came back after the second had claimed the address, or they answered at the same time. */
  isBack: boolean;
}

/** Addresses that two machines claimed within the window. */
export function contested({ claims }: ArpFacts, window_s: number): Contest[] {
  return claims.flatMap(({ ip, claims: owners }) => {
    const [first, second] = [...owners].sort((one, other) => one.firstTs - other.firstTs);
    if (!first || !second || second.firstTs - first.lastTs > window_s) return [];
    const atOnce = second.firstTs - first.lastTs < TOGETHER_S;
    return [{ ip, first, second, isBack: atOnce || first.lastFrame > second.firstFrame }];
  });
}

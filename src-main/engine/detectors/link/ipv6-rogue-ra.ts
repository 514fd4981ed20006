import { defineDetector } from '../detector';

/** 6to4 and unique local prefixes: what a laptop with connection sharing advertises. */
const SHARED = /^(2002:|f[cd])/i;

/** A router that should not be one, or that somebody wants out of the way. */
export const ipv6RogueRa = defineDetector({
  id: 'ipv6-rogue-ra',
  severity: 'critical',
  references: ['RFC 6104', 'RFC 6105', 'RFC 4191'],
  needs: ['ipv6'],
  detect({ neighbours }) {
    const { routers } = neighbours;
    const byAddress = Map.groupBy(routers, ({ router }) => router);
    const active = routers.filter(({ lifetime_s }) => lifetime_s > 0);
    const [first] = active;
    return [...byAddress].flatMap(([router, said]) => {
      const other = active.some(advertisement => advertisement.router !== router);
      const alive = said.filter(({ lifetime_s }) => lifetime_s > 0);
      const dead = said.filter(({ lifetime_s }) => lifetime_s === 0);
      // It comes later, and puts itself before the others.
      const pushesIn = alive.find(
        ({ preference, frame }) =>
          preference > 0 &&
          first !== undefined &&
          first.router !== router &&
          first.preference < preference &&
          frame > first.frame,
      );
      const shares = other
        ? alive.find(({ prefixes }) => prefixes.length > 0 && prefixes.every(prefix => SHARED.test(prefix)))
        : undefined;
      // Its end is announced from another hardware address, while it goes on.
      const killed = dead.find(({ mac, frame }) =>
        alive.some(said_ => said_.mac !== mac || (said_.count > 1 && said_.frame > frame)),
      );
      const found = pushesIn ?? shares ?? killed;
      if (!found) return [];
      const kind = found === pushesIn ? 'preference' : found === shares ? 'shared' : 'killed';
      return {
        about: router,
        count: said.reduce((sum, { count }) => sum + count, 0),
        confidence: 'medium' as const,
        evidence: said.slice(0, 8).map(({ frame, ts, lifetime_s, mac, prefixes }) => ({
          packet: frame,
          ts,
          role: 'router_advertisement',
          fields: { 'eth.src': mac, 'icmpv6.nd.ra.router_lifetime': lifetime_s, prefixes: prefixes.join(' ') },
        })),
        metrics: { router, mac: found.mac ?? '-', kind, prefixes: found.prefixes.join(', '), preference: found.preference },
      };
    });
  },
  text: {
    en: {
      title: 'Rogue router advertisements',
      summary: ({ router, mac, kind, prefixes }) =>
        kind === 'killed'
          ? `Somebody (${mac}) announces the end of the router ${router}, which goes on.`
          : `${router} (${mac}) advertises itself as a router ${kind === 'preference' ? 'with high preference beside the one that was there' : `with ${prefixes}, as connection sharing does`}.`,
      advice: () => ['Find the machine by its hardware address; enable RA guard on the switch.'],
    },
    'zh-CN': {
      title: '可疑的路由器通告',
      summary: ({ router, mac, kind, prefixes }) =>
        kind === 'killed'
          ? `有设备（${mac}）宣告路由器 ${router} 失效，而后者仍在工作。`
          : `${router}（${mac}）将自己通告为路由器${kind === 'preference' ? '，优先级高于原有路由器' : `，前缀为 ${prefixes}，与连接共享相同`}。`,
      advice: () => ['通过 MAC 地址找到该机器；在交换机上启用 RA guard。'],
    },
  },
});

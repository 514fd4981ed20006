import { defineDetector } from '../detector';

/** Routers of one link that contradict each other. */
export const ipv6MultipleRouters = defineDetector({
  id: 'ipv6-multiple-routers',
  severity: 'notice',
  references: ['RFC 4861 §6.2.7'],
  needs: ['ipv6'],
  detect({ neighbours }) {
    const active = neighbours.routers.filter(({ lifetime_s }) => lifetime_s > 0);
    const routers = new Set(active.map(({ router }) => router));
    const saying = new Set(
      active.map(({ prefixes, mtu, managed, other }) => `${[...prefixes].sort().join()} ${mtu} ${managed} ${other}`),
    );
    if (routers.size < 2 || saying.size < 2) return [];
    return [
      {
        count: routers.size,
        evidence: active.slice(0, 8).map(({ frame, ts, router, prefixes }) => ({
          packet: frame,
          ts,
          role: 'router_advertisement',
          fields: { 'ipv6.src': router, prefixes: prefixes.join(' ') },
        })),
        metrics: {
          routers: [...routers].join(', '),
          prefixes: [...new Set(active.flatMap(({ prefixes }) => prefixes))].slice(0, 6).join(', '),
        },
      },
    ];
  },
  text: {
    en: {
      title: 'IPv6 routers that differ',
      summary: ({ routers, prefixes }) => `${routers} advertise themselves on one link with different settings (${prefixes}).`,
      advice: () => ['Fine if planned; otherwise one of them should not be there.'],
    },
    'zh-CN': {
      title: 'IPv6 路由器设置不一致',
      summary: ({ routers, prefixes }) => `${routers} 在同一链路上以不同设置（${prefixes}）通告自身。`,
      advice: () => ['若为有意部署则无妨；否则其中之一不应存在。'],
    },
  },
});

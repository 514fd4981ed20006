import { defineDetector } from '../detector';
import { subnetOf } from '../peers';
import { plural } from '../words';

/** A router says that another gateway is nearer; from anybody else it is an attack. */
export const icmpRedirect = defineDetector({
  id: 'icmp-redirect',
  severity: 'notice',
  references: ['RFC 792', 'RFC 4861 §8'],
  needs: ['icmp'],
  detect({ icmpErrors, neighbours, context }) {
    const redirects = [
      ...icmpErrors.flatMap(({ family, type, gateway, reporter, receiver, quote, frame, ts }) =>
        family === 4 && type === 5 && gateway !== null
          ? [{ reporter, gateway, receiver, destination: quote?.dst ?? '', frame, ts }]
          : [],
      ),
      ...neighbours.redirects.map(redirect => ({ ...redirect, receiver: '' })),
    ];
    return [...Map.groupBy(redirects, ({ reporter, gateway }) => `${reporter} ${gateway}`)].flatMap(([about, same]) => {
      const [first] = same;
      if (!first) return [];
      const { reporter, gateway, receiver, destination } = first;
      const isOutside = receiver !== '' && subnetOf(gateway) !== subnetOf(receiver) && subnetOf(gateway) !== subnetOf(reporter);
      const isStranger = context.gateways.length > 0 && !context.gateways.includes(reporter);
      return {
        about,
        count: same.length,
        severity: isOutside || isStranger ? ('warning' as const) : ('notice' as const),
        evidence: same.slice(0, 10).map(({ frame, ts }) => ({ packet: frame, ts, role: 'redirect', fields: { gateway } })),
        metrics: { reporter, gateway, destination, times: same.length, outside_subnet: isOutside, not_the_gateway: isStranger },
      };
    });
  },
  text: {
    en: {
      title: 'ICMP redirect',
      summary: ({ reporter, gateway, destination, times }) =>
        `${reporter} advises to reach ${destination} by way of ${gateway} (${plural(times, 'time')}).`,
      advice: ({ outside_subnet, not_the_gateway }) => [
        outside_subnet || not_the_gateway
          ? 'It does not come from the gateway, or points out of the subnet: it may be spoofed. Hosts should ignore redirects.'
          : 'Two routers share the subnet: set the route on the hosts, or turn redirects off.',
      ],
    },
    'zh-CN': {
      title: 'ICMP 重定向',
      summary: ({ reporter, gateway, destination, times }) =>
        `${reporter} 建议经由 ${gateway} 到达 ${destination}（${times} 次）。`,
      advice: ({ outside_subnet, not_the_gateway }) => [
        outside_subnet || not_the_gateway
          ? '它不来自网关，或指向子网之外：可能是伪造的。主机应忽略重定向。'
          : '子网内有两台路由器：在主机上设置路由，或关闭重定向。',
      ],
    },
  },
});

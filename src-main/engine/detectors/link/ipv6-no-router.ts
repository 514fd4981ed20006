import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { isLinkLocal } from '../peers';
import { plural } from '../words';

const MIN_SOLICITATIONS = 3;

/** A machine looks for an IPv6 router and there is none. */
export const ipv6NoRouter = defineDetector({
  id: 'ipv6-no-router',
  severity: 'info',
  references: ['RFC 4861 §6.3.7'],
  needs: ['ipv6'],
  detect({ neighbours, endTs, tcp }, { router_solicitation_wait_s }) {
    if (neighbours.routers.length > 0) return [];
    return neighbours.solicitations.flatMap(({ asker, count, frames, firstTs, lastTs }) => {
      if (count < MIN_SOLICITATIONS || endTs - lastTs < router_solicitation_wait_s) return [];
      const tried = tcp.filter(({ a, b, firstTs: ts }) => a.ip.includes(':') && !isLinkLocal(b.ip) && ts >= firstTs).length;
      return {
        about: asker,
        count,
        severity: tried > 0 ? ('warning' as const) : ('info' as const),
        firstTs,
        lastTs,
        evidence: ofFrames(frames, 'router_solicitation'),
        metrics: { asker, solicitations: count, ipv6_connections_tried: tried, wait_s: router_solicitation_wait_s },
      };
    });
  },
  text: {
    en: {
      title: 'No IPv6 router',
      summary: ({ asker, solicitations, ipv6_connections_tried }) =>
        `${asker} asked ${plural(solicitations, 'time')} for an IPv6 router and got no answer${ipv6_connections_tried > 0 ? `, yet ${plural(ipv6_connections_tried, 'IPv6 connection')} are tried` : ''}.`,
      advice: () => ['Normal in an IPv4-only network; if IPv6 should work, check the router advertisements and the switch.'],
    },
    'zh-CN': {
      title: '没有 IPv6 路由器',
      summary: ({ asker, solicitations, ipv6_connections_tried }) =>
        `${asker} 请求 IPv6 路由器 ${solicitations} 次均无应答${ipv6_connections_tried > 0 ? `，但仍尝试了 ${ipv6_connections_tried} 个 IPv6 连接` : ''}。`,
      advice: () => ['仅 IPv4 的网络属正常；若应支持 IPv6，请检查路由器通告和交换机。'],
    },
  },
});

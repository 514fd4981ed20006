import { defineDetector } from '../detector';
import { plural } from '../words';

/** A client that asks for an address and gets no offer; DHCPv6 too. */
export const dhcpNoOffer = defineDetector({
  id: 'dhcp-no-offer',
  severity: 'warning',
  references: ['RFC 2131 §4.1', 'RFC 8415 §18.2.1'],
  needs: ['dhcp'],
  detect({ dhcp, dhcpv6, endTs, localMacs }, { dhcp_wait_s }) {
    const offered = new Set(dhcp.filter(({ type }) => type === 'OFFER' || type === 'ACK').map(({ client_mac }) => client_mac));
    const v4 = [
      ...Map.groupBy(
        dhcp.filter(({ type }) => type === 'DISCOVER'),
        ({ client_mac }) => client_mac,
      ),
    ].flatMap(([client, asked]) => {
      const last = asked.at(-1);
      if (!last || asked.length < 2 || offered.has(client) || endTs - last.time < dhcp_wait_s) return [];
      return [{ client, asked, version: 4, own: localMacs.length === 1 && localMacs.includes(client) }];
    });
    const advertised = new Set(
      dhcpv6.filter(({ type }) => type === 'ADVERTISE' || type === 'REPLY').map(({ client_duid }) => client_duid),
    );
    const v6 = [
      ...Map.groupBy(
        dhcpv6.filter(({ type }) => type === 'SOLICIT'),
        ({ client_duid }) => client_duid,
      ),
    ].flatMap(([client, asked]) => {
      const last = asked.at(-1);
      if (!last || client === null || asked.length < 3 || advertised.has(client) || endTs - last.time < dhcp_wait_s) return [];
      return [{ client, asked, version: 6, own: false }];
    });
    return [...v4, ...v6].map(({ client, asked, version, own }) => ({
      about: client,
      source: client,
      count: asked.length,
      severity: own ? ('critical' as const) : ('warning' as const),
      evidence: asked
        .slice(0, 10)
        .map(({ frame, time, type }) => ({ packet: frame, ts: time, role: type?.toLowerCase() ?? 'dhcp' })),
      metrics: { client, version, requests: asked.length, this_host: own, threshold_s: dhcp_wait_s },
    }));
  },
  text: {
    en: {
      title: 'No DHCP offer',
      summary: ({ client, version, requests }) =>
        `${client} asked ${plural(requests, 'time')} for an address (DHCPv${version}) and got no offer.`,
      advice: () => [
        'The server or its relay is down, the pool is empty, or the switch does not let the client in (VLAN, 802.1X, port security, DHCP snooping).',
      ],
    },
    'zh-CN': {
      title: '没有 DHCP 应答',
      summary: ({ client, version, requests }) => `${client} 请求地址 ${requests} 次（DHCPv${version}），未收到任何应答。`,
      advice: () => ['服务器或中继故障、地址池耗尽，或交换机未放行该客户端（VLAN、802.1X、端口安全、DHCP snooping）。'],
    },
  },
});

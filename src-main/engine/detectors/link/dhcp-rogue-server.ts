import { defineDetector } from '../detector';
import type { DhcpFacts } from '../row-facts';

/** Two DHCP servers that hand out different ways out of the network. */
export const dhcpRogueServer = defineDetector({
  id: 'dhcp-rogue-server',
  severity: 'notice',
  references: ['RFC 7610'],
  needs: ['dhcp'],
  detect({ dhcp, context }) {
    const answers = dhcp.filter(({ type, server_id }) => (type === 'OFFER' || type === 'ACK') && server_id !== null);
    const servers = [...Map.groupBy(answers, ({ server_id }) => server_id ?? '')];
    const unknown = context.dhcpServers.length > 0 ? servers.filter(([server]) => !context.dhcpServers.includes(server)) : [];
    // Servers of other networks are no rivals: they answer through other relays, for other addresses.
    const rivals = servers.length < 2 ? [] : sameNetwork(servers);
    if (unknown.length === 0 && rivals.length < 2) return [];
    const shown = unknown.length > 0 ? unknown : rivals;
    const settings = new Set(rivals.map(([, [first]]) => `${first?.routers.join()} ${first?.dns_servers.join()}`));
    return [
      {
        about: shown.map(([server]) => server).join(' '),
        count: shown.length,
        severity: unknown.length > 0 || settings.size > 1 ? ('critical' as const) : ('notice' as const),
        evidence: shown.flatMap(([, same]) =>
          same.slice(0, 3).map(({ frame, time, type, server_id, routers, dns_servers }) => ({
            packet: frame,
            ts: time,
            role: type?.toLowerCase() ?? '',
            fields: { server: server_id, router: routers.join(' '), dns: dns_servers.join(' ') },
          })),
        ),
        metrics: { servers: shown.map(([server]) => server).join(', '), differ: settings.size > 1, not_allowed: unknown.length },
      },
    ];
  },
  text: {
    en: {
      title: 'More than one DHCP server',
      summary: ({ servers, differ, not_allowed }) =>
        not_allowed > 0
          ? `A DHCP server that is not on the list answers: ${servers}.`
          : `${servers} answer DHCP requests of the same network${differ ? ', with different gateways or name servers' : ' with the same settings'}.`,
      advice: ({ differ }) => [
        differ
          ? 'One of them may be a forgotten router or an attacker: find it by its hardware address, and enable DHCP snooping.'
          : 'A redundant pair answers like this.',
      ],
    },
    'zh-CN': {
      title: '存在多个 DHCP 服务器',
      summary: ({ servers, differ, not_allowed }) =>
        not_allowed > 0
          ? `不在名单中的 DHCP 服务器给出了应答：${servers}。`
          : `${servers} 应答同一网络的 DHCP 请求${differ ? '，且网关或域名服务器不同' : '，设置相同'}。`,
      advice: ({ differ }) => [
        differ ? '其中之一可能是遗留的路由器或攻击者：通过 MAC 地址查找，并启用 DHCP snooping。' : '冗余的一对服务器会如此应答。',
      ],
    },
  },
});

type Servers = [string, readonly DhcpFacts[]][];

/** Servers that answered one and the same request. */
function sameNetwork(servers: Servers): Servers {
  const byRequest = new Map<string, Set<string>>();
  for (const [server, answers] of servers) {
    for (const { client_mac, transaction } of answers) {
      const key = `${client_mac} ${transaction}`;
      byRequest.set(key, (byRequest.get(key) ?? new Set()).add(server));
    }
  }
  const rivals = new Set([...byRequest.values()].filter(({ size }) => size > 1).flatMap(found => [...found]));
  return servers.filter(([server]) => rivals.has(server));
}

import { defineDetector } from '../detector';
import { plural } from '../words';
import { ofRow, unicast } from './questions';

/** A server that does not want to answer this client. */
export const dnsRefused = defineDetector({
  id: 'dns-refused',
  severity: 'warning',
  references: ['RFC 1035'],
  needs: ['dns'],
  detect({ dns }) {
    const refused = Map.groupBy(
      unicast(dns).filter(({ rcode }) => rcode === 'REFUSED'),
      ({ server, client }) => `${client} ${server}`,
    );
    return [...refused].flatMap(([about, same]) => {
      const [first] = same;
      if (!first) return [];
      return {
        about,
        count: same.length,
        evidence: same.slice(0, 10).flatMap(ofRow),
        metrics: {
          client: first.client,
          server: first.server,
          name: first.name,
          times: same.length,
          ede_code: first.ede?.code ?? null,
        },
      };
    });
  },
  text: {
    en: {
      title: 'DNS server refuses to answer',
      summary: ({ client, server, name, times }) =>
        `${server} refused ${plural(times, 'query', 'queries')} of ${client}, for example for ${name}.`,
      advice: () => [
        'It is the wrong server for this network: it has no recursion for this client (ACL), or is authoritative for other zones only.',
      ],
    },
    'zh-CN': {
      title: 'DNS 服务器拒绝应答',
      summary: ({ client, server, name, times }) => `${server} 拒绝了 ${client} 的 ${times} 次查询，例如 ${name}。`,
      advice: () => ['该服务器不适用于此网络：不为该客户端提供递归（ACL），或仅对其他区域权威。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofRow, unicast } from './questions';

/** A server that does not understand the query; often it is EDNS that it does not know. */
export const dnsFormerrNotimp = defineDetector({
  id: 'dns-formerr-notimp',
  severity: 'notice',
  references: ['RFC 6891 §7'],
  needs: ['dns'],
  detect({ dns }) {
    const rows = unicast(dns);
    const plain = new Set(
      rows.filter(row => row.query_edns_bytes === null && row.rcode === 'NOERROR').map(({ server, name }) => `${server} ${name}`),
    );
    const failed = Map.groupBy(
      rows.filter(({ rcode }) => rcode === 'FORMERR' || rcode === 'NOTIMP'),
      ({ server }) => server,
    );
    return [...failed].flatMap(([server, same]) => {
      const [first] = same;
      if (!first) return [];
      const intolerant = same.some(row => row.query_edns_bytes !== null && plain.has(`${server} ${row.name}`));
      return {
        about: server,
        count: same.length,
        severity: intolerant ? 'warning' : 'notice',
        evidence: same.slice(0, 10).flatMap(ofRow),
        metrics: { server, rcode: first.rcode ?? '', name: first.name, times: same.length, works_without_edns: intolerant },
      };
    });
  },
  text: {
    en: {
      title: 'DNS server does not understand the query',
      summary: ({ server, rcode, name, works_without_edns }) =>
        `${server} answered ${rcode} for ${name}${works_without_edns ? '; without EDNS it answers' : ''}.`,
      advice: () => ['An old server or a middlebox that does not know EDNS: update it, or turn EDNS off for this server.'],
    },
    'zh-CN': {
      title: 'DNS 服务器无法理解查询',
      summary: ({ server, rcode, name, works_without_edns }) =>
        `${server} 对 ${name} 回复 ${rcode}${works_without_edns ? '；不带 EDNS 时可以应答' : ''}。`,
      advice: () => ['服务器或中间设备过旧、不支持 EDNS：请升级，或对该服务器关闭 EDNS。'],
    },
  },
});

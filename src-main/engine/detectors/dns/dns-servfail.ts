import { defineDetector } from '../detector';
import { NO_ROWS, tally } from '../peers';
import { percent, plural } from '../words';
import { ofRow, unicast } from './questions';

/** The resolver could not find out: its upstream is down, or validation failed. */
export const dnsServfail = defineDetector({
  id: 'dns-servfail',
  severity: 'warning',
  references: ['RFC 1035', 'RFC 8914'],
  needs: ['dns'],
  detect({ dns }) {
    const rows = unicast(dns);
    const answered = rows.filter(({ rcode }) => rcode !== null);
    const servers = tally(
      answered,
      ({ server }) => server,
      ({ rcode }) => rcode === 'SERVFAIL',
    );
    const unvalidated = new Set(
      rows.filter(row => row.checking_disabled && row.rcode === 'NOERROR').map(({ name }) => name.toLowerCase()),
    );
    const failed = Map.groupBy(
      rows.filter(({ rcode }) => rcode === 'SERVFAIL'),
      ({ server, name }) => `${server} ${name.toLowerCase()}`,
    );
    return [...failed.values()].flatMap(same => {
      const [first] = same;
      if (!first) return [];
      const { all, such } = servers.get(first.server) ?? NO_ROWS;
      const share = such / all;
      const withoutValidation = unvalidated.has(first.name.toLowerCase());
      return {
        about: `${first.server} ${first.name.toLowerCase()}`,
        peer: first.server,
        count: same.length,
        severity: all >= 4 && share >= 0.5 ? 'critical' : 'warning',
        evidence: same.slice(0, 10).flatMap(ofRow),
        metrics: {
          name: first.name.toLowerCase(),
          server: first.server,
          times: same.length,
          share,
          ede_code: first.ede?.code ?? null,
          ede: first.ede?.text ?? null,
          works_without_validation: withoutValidation,
        },
      };
    });
  },
  text: {
    en: {
      title: 'DNS server failure',
      summary: ({ name, server, times, share, ede_code }) =>
        `${server} could not resolve ${name} (SERVFAIL, ${plural(times, 'time')}; ${percent(share)} of its answers fail)${ede_code === null ? '' : `, extended error ${ede_code}`}.`,
      advice: ({ works_without_validation }) => [
        works_without_validation
          ? 'With checking disabled it works: the DNSSEC signatures of the zone are broken.'
          : 'Ask again with checking disabled (dig +cd): if it then works, DNSSEC validation fails; else the servers of the zone do not answer the resolver.',
      ],
    },
    'zh-CN': {
      title: 'DNS 服务器失败',
      summary: ({ name, server, times, share, ede_code }) =>
        `${server} 无法解析 ${name}（SERVFAIL，${times} 次；其 ${percent(share)} 的应答失败）${ede_code === null ? '' : `，扩展错误码 ${ede_code}`}。`,
      advice: ({ works_without_validation }) => [
        works_without_validation
          ? '关闭校验后可用：该区域的 DNSSEC 签名有误。'
          : '关闭校验再次查询（dig +cd）：若可用则为 DNSSEC 校验失败，否则是该区域的服务器未应答解析器。',
      ],
    },
  },
});

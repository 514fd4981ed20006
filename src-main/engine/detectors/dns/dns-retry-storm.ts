import { defineDetector } from '../detector';
import { plural } from '../words';
import { ofRow, questionsOf, unicast } from './questions';

/** The same question again and again, without a good answer. */
export const dnsRetryStorm = defineDetector({
  id: 'dns-retry-storm',
  severity: 'warning',
  references: ['RFC 9520'],
  needs: ['dns'],
  detect({ dns }, { dns_retries, dns_retry_s }) {
    return questionsOf(unicast(dns).filter(({ query_frame, type: asked }) => query_frame !== null && asked !== null)).flatMap(
      ({ client, name, type, rows }) => {
        if (rows.length < dns_retries || rows.some(({ rcode, answers }) => rcode === 'NOERROR' && (answers ?? 0) > 0)) return [];
        // The closest five.
        const spans = rows.slice(dns_retries - 1).map((row, i) => row.time - (rows[i]?.time ?? 0));
        const shortest_s = Math.min(...spans);
        if (shortest_s > dns_retry_s) return [];
        return {
          about: `${client} ${type} ${name}`,
          count: rows.length,
          evidence: rows.slice(0, 10).flatMap(ofRow),
          metrics: { client, name, type: type ?? '', queries: rows.length, five_within_s: shortest_s, threshold_s: dns_retry_s },
        };
      },
    );
  },
  text: {
    en: {
      title: 'The same DNS query again and again',
      summary: ({ client, name, type, queries }) =>
        `${client} asked ${plural(queries, 'time')} for ${name} (${type}) and got no good answer.`,
      advice: () => [
        'Find out what asks: an application without a cache, a loop of forwarders, or a resolver chain that is broken.',
      ],
    },
    'zh-CN': {
      title: '同一 DNS 查询反复出现',
      summary: ({ client, name, type, queries }) => `${client} 查询 ${name}（${type}）${queries} 次，均未得到有效应答。`,
      advice: () => ['查明查询来源：没有缓存的应用、转发环路，或解析链路故障。'],
    },
  },
});

import { defineDetector } from '../detector';
import { median, ms, plural, quantile } from '../words';
import { ofRow, unicast } from './questions';

const P95_QUERIES = 20;

/** Answers that take long: the resolver is far, has to ask others, or packets are lost. */
export const dnsSlow = defineDetector({
  id: 'dns-slow',
  severity: 'notice',
  references: ['RFC 1035'],
  needs: ['dns'],
  detect({ dns }, { dns_slow_ms, dns_very_slow_ms, dns_p95_ms, dns_timeout_s }) {
    const answered = unicast(dns).filter(({ response_ms, unsolicited }) => response_ms !== null && !unsolicited);
    return [...Map.groupBy(answered, ({ server }) => server)].flatMap(([server, rows]) => {
      const times = rows.map(({ response_ms }) => response_ms ?? 0);
      const slow = rows
        .filter(({ response_ms }) => (response_ms ?? 0) > dns_slow_ms)
        .sort((one, other) => (other.response_ms ?? 0) - (one.response_ms ?? 0));
      const p95_ms = quantile(times, 0.95);
      const [worst] = slow.length > 0 ? slow : rows;
      const isSlow = slow.length > 0 || (rows.length >= P95_QUERIES && p95_ms > dns_p95_ms);
      if (!isSlow || !worst) return [];
      const worst_ms = Math.max(...times);
      return {
        about: server,
        peer: server,
        severity: worst_ms > dns_very_slow_ms ? 'warning' : 'notice',
        count: Math.max(1, slow.length),
        evidence: slow.slice(0, 8).flatMap(ofRow),
        firstTs: Math.min(...rows.map(({ time }) => time)),
        lastTs: Math.max(...rows.map(({ time }) => time)),
        metrics: {
          server,
          slow: slow.length,
          answers: rows.length,
          worst_ms,
          worst_name: worst.name,
          median_ms: median(times),
          p95_ms,
          late: worst_ms > dns_timeout_s * 1000,
          threshold_ms: dns_slow_ms,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Slow DNS answers',
      summary: ({ server, slow, answers, worst_ms, worst_name, median_ms }) =>
        `${server} took more than usual for ${slow} of ${plural(answers, 'answer')}: up to ${ms(worst_ms)} for ${worst_name}, ${ms(median_ms)} in the median.`,
      advice: () => [
        'A name asked for the first time takes longer. If most are slow, the resolver is far away or overloaded; if queries repeat, packets are lost.',
      ],
    },
    'zh-CN': {
      title: 'DNS 应答缓慢',
      summary: ({ server, slow, answers, worst_ms, worst_name, median_ms }) =>
        `${server} 的 ${answers} 个应答中有 ${slow} 个偏慢：${worst_name} 用时 ${ms(worst_ms)}，中位数 ${ms(median_ms)}。`,
      advice: () => ['首次查询的域名需要更久。若多数都慢，则解析器距离远或过载；若查询重复，则有丢包。'],
    },
  },
});

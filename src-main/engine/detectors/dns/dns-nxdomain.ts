import { defineDetector } from '../detector';
import { plural } from '../words';
import { beginnings, isExpectedMiss, isResolved, ofRow, questionsOf, unicast } from './questions';

const MANY = 5;

/** A name that does not exist, says who is responsible for it. */
export const dnsNxdomain = defineDetector({
  id: 'dns-nxdomain',
  severity: 'notice',
  references: ['RFC 1035', 'RFC 2308'],
  needs: ['dns'],
  detect({ dns }) {
    const rows = unicast(dns);
    // Names that resolve, and what they begin with: a search list adds suffixes.
    const resolved = new Set(rows.filter(isResolved).flatMap(({ name }) => beginnings(name.toLowerCase())));
    const byName = Map.groupBy(
      questionsOf(rows.filter(({ rcode }) => rcode === 'NXDOMAIN')).flatMap(question => question.rows),
      ({ name }) => name.toLowerCase(),
    );
    return [...byName].map(([name, same]) => {
      const expected = isExpectedMiss(name);
      const [first] = same;
      return {
        about: name,
        count: same.length,
        severity: expected ? 'info' : same.length >= MANY ? 'warning' : 'notice',
        evidence: same.slice(0, 10).flatMap(ofRow),
        metrics: {
          name,
          times: same.length,
          server: first?.server ?? null,
          zone: first?.soa ?? null,
          negative_ttl_s: first?.negative_ttl_s ?? null,
          resolved_otherwise: resolved.has(name) || beginnings(name).some(other => resolved.has(other)),
          class: expected ? 'expected' : 'unexpected',
        },
        caveats: expected ? (['expected'] as const) : [],
      };
    });
  },
  text: {
    en: {
      title: 'Name does not exist',
      summary: ({ name, times, server, zone }) =>
        `${server ?? 'The server'} says that ${name} does not exist (asked ${plural(times, 'time')})${zone ? `, by the zone ${zone}` : ''}.`,
      advice: () => [
        'Look for a typing mistake, a missing record, or the wrong resolver (split DNS of a VPN).',
        'Ask another resolver and compare; blocklists answer the same way.',
      ],
    },
    'zh-CN': {
      title: '域名不存在',
      summary: ({ name, times, server, zone }) =>
        `${server ?? '服务器'} 表示 ${name} 不存在（查询 ${times} 次）${zone ? `，依据区域 ${zone}` : ''}。`,
      advice: () => [
        '检查拼写、缺失的记录，或使用了错误的解析器（VPN 的分离 DNS）。',
        '换一个解析器比较；拦截列表也会给出同样的回答。',
      ],
    },
  },
});

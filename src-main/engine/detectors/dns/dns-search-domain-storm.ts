import { defineDetector } from '../detector';
import { median, ms, percent } from '../words';
import { beginnings, ofRow, unicast } from './questions';

const MIN_QUERIES = 20;
const WASTED = 0.5;
const WITHIN_S = 5;

/** Names tried with suffix after suffix before they are asked as they are. */
export const dnsSearchDomainStorm = defineDetector({
  id: 'dns-search-domain-storm',
  severity: 'notice',
  references: ['resolv.conf(5): search, ndots'],
  needs: ['dns'],
  detect({ dns }) {
    const byClient = Map.groupBy(unicast(dns), ({ client }) => client);
    return [...byClient].flatMap(([client, rows]) => {
      if (rows.length < MIN_QUERIES) return [];
      const names = Map.groupBy(rows, ({ name }) => name.toLowerCase());
      const wasted = new Set<(typeof rows)[number]>();
      const delays: number[] = [];
      // A miss belongs to the longest name it begins with that was also asked for alone.
      const tries = new Map<string, typeof rows>();
      for (const row of rows) {
        if (row.rcode !== 'NXDOMAIN') continue;
        const [, ...shorter] = beginnings(row.name.toLowerCase());
        const meant = shorter.find(name => names.get(name)?.some(({ time }) => Math.abs(row.time - time) <= WITHIN_S));
        if (meant === undefined) continue;
        const known = tries.get(meant);
        if (known) known.push(row);
        else tries.set(meant, [row]);
      }
      for (const [name, misses] of tries) {
        if (new Set(misses.map(miss => miss.name.toLowerCase())).size < 2) continue;
        for (const miss of misses) wasted.add(miss);
        delays.push(misses.reduce((sum, { response_ms }) => sum + (response_ms ?? 0), 0) / (names.get(name)?.length ?? 1));
      }
      const share = wasted.size / rows.length;
      if (share < WASTED) return [];
      const added_ms = median(delays);
      return {
        about: client,
        severity: added_ms >= 100 ? 'warning' : 'notice',
        count: wasted.size,
        evidence: [...wasted].slice(0, 8).flatMap(ofRow),
        metrics: { client, wasted: wasted.size, queries: rows.length, share, added_ms },
      };
    });
  },
  text: {
    en: {
      title: 'Queries wasted on search domains',
      summary: ({ client, wasted, queries, share, added_ms }) =>
        `${wasted} of ${queries} queries of ${client} (${percent(share)}) tried names with a search suffix in vain; a look-up takes ${ms(added_ms)} longer.`,
      advice: () => ['Use names with a final dot, shorten the search list, or lower ndots (5 in Kubernetes pods).'],
    },
    'zh-CN': {
      title: '搜索域浪费查询',
      summary: ({ client, wasted, queries, share, added_ms }) =>
        `${client} 的 ${queries} 次查询中有 ${wasted} 次（${percent(share)}）是带搜索后缀的无效尝试；每次解析多用 ${ms(added_ms)}。`,
      advice: () => ['使用以点结尾的完整域名、缩短搜索列表，或降低 ndots（Kubernetes Pod 中为 5）。'],
    },
  },
});

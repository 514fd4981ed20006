import { defineDetector } from '../detector';
import { ofRow, unicast } from './questions';

/** The name exists, but has no address of either family. */
export const dnsNodata = defineDetector({
  id: 'dns-nodata',
  severity: 'notice',
  references: ['RFC 2308 §2.2'],
  needs: ['dns'],
  detect({ dns }) {
    const names = Map.groupBy(
      unicast(dns).filter(({ type, rcode }) => (type === 'A' || type === 'AAAA') && rcode !== null),
      ({ name }) => name.toLowerCase(),
    );
    return [...names].flatMap(([name, rows]) => {
      const empty = rows.filter(
        ({ rcode, answers, truncated, referral }) => rcode === 'NOERROR' && answers === 0 && !truncated && !referral,
      );
      const hasAddress = rows.some(({ answers }) => (answers ?? 0) > 0);
      // Only AAAA was asked: whether A is there is not known.
      const asked = new Set(empty.map(({ type }) => type));
      if (!asked.has('A') || hasAddress) return [];
      return {
        about: name,
        count: empty.length,
        evidence: empty.slice(0, 10).flatMap(ofRow),
        metrics: { name, server: empty[0]?.server ?? null, families: [...asked].join(', ') },
      };
    });
  },
  text: {
    en: {
      title: 'Name without address',
      summary: ({ name, server, families }) => `${name} exists, but ${server} has no ${families} record for it.`,
      advice: () => ['The record is missing or in another view (split DNS); a name of a mail domain has none on purpose.'],
    },
    'zh-CN': {
      title: '域名没有地址',
      summary: ({ name, server, families }) => `${name} 存在，但 ${server} 没有它的 ${families} 记录。`,
      advice: () => ['记录缺失或位于另一视图（分离 DNS）；仅用于邮件的域名可能有意如此。'],
    },
  },
});

import { defineDetector } from '../detector';
import { percent, plural } from '../words';

/** Datagrams whose fragments did not all come, or that overlap; many fragments at all. */
export const ipFragmentsMissing = defineDetector({
  id: 'ip-fragments-missing',
  severity: 'warning',
  references: ['RFC 8200 §4.5', 'RFC 8900', 'RFC 5722'],
  needs: ['ip'],
  detect({ fragments, packets, endTs, startTs, context }, { fragment_wait_v4_s, fragment_wait_v6_s, fragment_share }) {
    const waited = fragments.lost.filter(
      ({ why, family, ts }) =>
        why === 'timeout' || (why === 'end' && endTs - ts >= (family === 6 ? fragment_wait_v6_s : fragment_wait_v4_s)),
    );
    const overlaps = fragments.lost.filter(({ why }) => why === 'overlap');
    const caveats = context.portFilter ? (['port_filter'] as const) : [];
    const found = [...Map.groupBy([...overlaps, ...waited], ({ src, dst, why }) => `${src} ${dst} ${why === 'overlap'}`)].flatMap(
      ([about, same]) => {
        const [first] = same;
        if (!first) return [];
        const isOverlap = first.why === 'overlap';
        return {
          about,
          peer: first.dst,
          source: first.src,
          count: same.length,
          severity: isOverlap ? ('critical' as const) : ('warning' as const),
          evidence: same
            .slice(0, 10)
            .map(({ firstFrame, ts, id }) => ({ packet: firstFrame, ts, role: 'fragment', fields: { 'ip.id': id } })),
          metrics: {
            src: first.src,
            dst: first.dst,
            datagrams: same.length,
            kind: isOverlap ? 'overlap' : 'missing',
            share: fragments.total / packets,
          },
          caveats,
        };
      },
    );
    const share = fragments.total / packets;
    if (found.length > 0 || share <= fragment_share || fragments.completed === 0) return found;
    return [
      {
        about: 'share',
        peer: undefined,
        source: undefined,
        count: fragments.total,
        severity: 'notice' as const,
        firstTs: startTs,
        lastTs: endTs,
        evidence: [],
        metrics: { src: '', dst: '', datagrams: fragments.completed, kind: 'many', share },
        caveats,
      },
    ];
  },
  text: {
    en: {
      title: 'IP fragments',
      summary: ({ src, dst, datagrams, kind, share }) =>
        kind === 'overlap'
          ? `Fragments of ${plural(datagrams, 'datagram')} from ${src} to ${dst} overlap with other content: a mistake or an attack.`
          : kind === 'missing'
            ? `${plural(datagrams, 'datagram')} from ${src} to ${dst} could not be put together: fragments are missing.`
            : `${percent(share)} of the packets are fragments.`,
      advice: () => ['Avoid fragmentation: lower the MTU or MSS, or the EDNS buffer of DNS; many firewalls drop fragments.'],
    },
    'zh-CN': {
      title: 'IP 分片',
      summary: ({ src, dst, datagrams, kind, share }) =>
        kind === 'overlap'
          ? `${src} 发往 ${dst} 的 ${datagrams} 个数据报的分片重叠且内容不同：错误或攻击。`
          : kind === 'missing'
            ? `${src} 发往 ${dst} 的 ${datagrams} 个数据报缺少分片，无法重组。`
            : `${percent(share)} 的数据包是分片。`,
      advice: () => ['避免分片：降低 MTU、MSS 或 DNS 的 EDNS 缓冲区；许多防火墙会丢弃分片。'],
    },
  },
});

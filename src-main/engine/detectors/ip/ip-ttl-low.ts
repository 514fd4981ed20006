import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { isGroup } from '../peers';
import { plural } from '../words';

/** Packets that are nearly out of hops and were not sent by a trace. */
export const ipTtlLow = defineDetector({
  id: 'ip-ttl-low',
  severity: 'notice',
  references: ['RFC 1122 §3.2.1.7'],
  needs: ['ip'],
  detect({ lowTtl, icmpErrors, echoes, udp }) {
    const reported = new Set(
      icmpErrors.filter(({ family, type }) => type === (family === 6 ? 3 : 11)).map(({ quote }) => `${quote?.src} ${quote?.dst}`),
    );
    const pinged = new Set(echoes.filter(({ minTtl }) => minTtl < 5).map(({ from, to }) => `${from} ${to}`));
    const probed = new Set(udp.filter(({ b }) => b.port >= 33_434 && b.port <= 33_534).map(({ a, b }) => `${a.ip} ${b.ip}`));
    return lowTtl.flatMap(({ src, dst, ttls, count, frames, firstTs, lastTs, protocol }) => {
      const pair = `${src} ${dst}`;
      // Counting up is a trace, whatever it is made of; 1 alone is how neighbours speak (BGP, BFD, local discovery).
      if (isGroup(dst) || ttls.length > 1 || ttls[0] === 1 || reported.has(pair) || pinged.has(pair) || probed.has(pair))
        return [];
      return {
        about: pair,
        source: src,
        count,
        firstTs,
        lastTs,
        evidence: ofFrames(frames, 'low_ttl', { 'ip.ttl': ttls[0] }),
        metrics: { src, dst, ttl: ttls[0] ?? 0, packets: count, ip_protocol: protocol },
      };
    });
  },
  text: {
    en: {
      title: 'Packets nearly out of hops',
      summary: ({ src, dst, ttl, packets }) => `${plural(packets, 'packet')} from ${src} to ${dst} had a TTL of ${ttl} left.`,
      advice: () => ['Look for a loop on the way, or a sender that begins with a small TTL.'],
    },
    'zh-CN': {
      title: '数据包剩余跳数很少',
      summary: ({ src, dst, ttl, packets }) => `${src} 发往 ${dst} 的 ${packets} 个数据包的 TTL 仅剩 ${ttl}。`,
      advice: () => ['检查途中的环路，或初始 TTL 过小的发送方。'],
    },
  },
});

import { defineDetector } from '../detector';
import type { TcpFacts } from '../flow-facts';
import { ms, plural } from '../words';

const MAX_WAIT_S = 130;

/** Clients try IPv6, wait, and then use IPv4: every new site begins late. */
export const ipv6FallbackDelay = defineDetector({
  id: 'ipv6-fallback-delay',
  severity: 'warning',
  references: ['RFC 8305 §5'],
  needs: ['ipv6', 'handshake', 'dns'],
  detect({ tcp, dns }, { happy_eyeballs_ms, happy_eyeballs_critical_ms, happy_eyeballs_count }) {
    const nameOf = new Map<string, string>();
    for (const { name, addresses } of dns) for (const address of addresses) nameOf.set(address, name.toLowerCase());
    const attempts = tcp.filter(({ syns, b }) => syns.length > 0 && nameOf.has(b.ip));
    const failed = attempts.filter(({ a, synAcks }) => a.ip.includes(':') && synAcks.length === 0);
    const good = Map.groupBy(
      attempts.filter(({ a }) => !a.ip.includes(':')),
      ({ b }) => `${nameOf.get(b.ip)} ${b.port}`,
    );
    const fallbacks = failed.flatMap(six => {
      const name = nameOf.get(six.b.ip) ?? '';
      const four = good
        .get(`${name} ${six.b.port}`)
        ?.find(({ firstTs }) => firstTs >= six.firstTs && firstTs - six.firstTs <= MAX_WAIT_S);
      return four ? [{ six, four, name, delay_ms: (four.firstTs - six.firstTs) * 1000 }] : [];
    });
    const slow = fallbacks.filter(({ delay_ms }) => delay_ms > happy_eyeballs_ms);
    return [...Map.groupBy(slow, ({ six }) => six.a.ip)].flatMap(([client, same]) => {
      const worst = same.reduce((one, other) => (other.delay_ms > one.delay_ms ? other : one));
      if (same.length < happy_eyeballs_count) return [];
      return {
        about: client,
        source: client,
        count: same.length,
        severity: worst.delay_ms > happy_eyeballs_critical_ms ? ('critical' as const) : ('warning' as const),
        evidence: same.slice(0, 6).flatMap(({ six, four }) => [first(six, 'ipv6_syn'), first(four, 'ipv4_syn')]),
        metrics: { client, times: same.length, worst_ms: worst.delay_ms, name: worst.name, threshold_ms: happy_eyeballs_ms },
      };
    });
  },
  text: {
    en: {
      title: 'Waiting for IPv6 before IPv4 is used',
      summary: ({ client, times, worst_ms, name }) =>
        `${client} fell back from IPv6 to IPv4 ${plural(times, 'time')}, up to ${ms(worst_ms)} late (${name}).`,
      advice: () => [
        'The IPv6 path is broken (no route, filtered, MTU below 1280): repair it, or stop advertising it. Compare with curl -4.',
      ],
    },
    'zh-CN': {
      title: '等待 IPv6 后才使用 IPv4',
      summary: ({ client, times, worst_ms, name }) =>
        `${client} 从 IPv6 回退到 IPv4 共 ${times} 次，最多延迟 ${ms(worst_ms)}（${name}）。`,
      advice: () => ['IPv6 路径故障（无路由、被过滤、MTU 小于 1280）：请修复或停止通告。可用 curl -4 对照。'],
    },
  },
});

function first({ firstFrame, firstTs, b }: TcpFacts, role: string) {
  return { packet: firstFrame, ts: firstTs, role, fields: { 'ip.dst': b.ip } };
}

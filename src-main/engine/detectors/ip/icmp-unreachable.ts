import { defineDetector } from '../detector';
import { isPortUnreachable, isUnreachable, reasonOf } from '../icmp-codes';
import { plural } from '../words';

const TRACEROUTE = { from: 33434, to: 33534 };
const MIN_FOR_OUTAGE = 3;

/** "Destination unreachable" about anything but a TCP SYN, which is tcp-refused-icmp. */
export const icmpUnreachable = defineDetector({
  id: 'icmp-unreachable',
  severity: 'warning',
  references: ['RFC 792', 'RFC 1812 §5.2.7.1', 'RFC 4443'],
  needs: ['icmp'],
  detect({ icmpErrors, flow: flowOf, dns }) {
    const answered = new Set(
      dns.filter(({ response_ms }) => response_ms !== null).map(({ client, client_port }) => `${client} ${client_port}`),
    );
    const errors = icmpErrors.filter(
      ({ family, type, code, quote }) => isUnreachable(family, type, code) && quote !== null && quote.protocol !== 6,
    );
    const groups = Map.groupBy(errors, ({ reporter, code, quote }) => `${reporter} ${code} ${quote?.dst}`);
    return [...groups].flatMap(([about, same]) => {
      const [first] = same;
      if (!first?.quote) return [];
      const { family, type, code, reporter, quote } = first;
      const isPort = isPortUnreachable(family, type, code);
      const isTraceroute = isPort && same.every(error => isProbe(error.quote?.dport ?? 0));
      // A resolver's second answer finds the socket closed.
      const isLateAnswer = isPort && quote.sport === 53 && answered.has(`${quote.dst} ${quote.dport}`);
      const isDnsOutage = quote.dport === 53 && same.length >= MIN_FOR_OUTAGE;
      const flow = first.flow === null ? undefined : flowOf(first.flow);
      return {
        about,
        flow: same.every(error => error.flow === first.flow) ? flow : undefined,
        peer: quote.dst,
        source: quote.src,
        count: same.length,
        severity: isTraceroute || isLateAnswer ? ('notice' as const) : isDnsOutage ? ('critical' as const) : ('warning' as const),
        evidence: same.slice(0, 10).map(({ frame, ts, quote: inner }) => ({
          packet: frame,
          ts,
          role: 'icmp',
          fields: { 'icmp.type': type, 'icmp.code': code, quoted_dst: inner?.dst, quoted_port: inner?.dport || undefined },
        })),
        metrics: {
          reporter,
          family,
          type,
          code,
          target: quote.dst,
          port: quote.dport || null,
          times: same.length,
          class: isTraceroute ? 'traceroute' : isLateAnswer ? 'late_answer' : 'unreachable',
        },
      };
    });
  },
  text: {
    en: {
      title: 'Destination unreachable',
      summary: ({ reporter, family, type, code, target, port, times }) =>
        `${reporter} says of ${target}${port === null ? '' : ` port ${port}`}: ${reasonOf(family, type, code, 'en')} (${plural(times, 'time')}).`,
      advice: ({ class: kind, reporter, target }) => [
        kind === 'traceroute'
          ? 'This is the usual end of a traceroute.'
          : kind === 'late_answer'
            ? 'The client had its answer already and had closed its socket: harmless.'
            : reporter === target
              ? 'The host is up; the service is not running there, or its firewall rejects.'
              : `Ask whoever runs ${reporter}: the last router before the host usually says so when ARP finds nobody.`,
      ],
    },
    'zh-CN': {
      title: '目的不可达',
      summary: ({ reporter, family, type, code, target, port, times }) =>
        `${reporter} 对 ${target}${port === null ? '' : ` 端口 ${port}`} 报告：${reasonOf(family, type, code, 'zh-CN')}（${times} 次）。`,
      advice: ({ class: kind, reporter, target }) => [
        kind === 'traceroute'
          ? '这是 traceroute 的正常结束方式。'
          : kind === 'late_answer'
            ? '客户端已得到应答并关闭了套接字：无害。'
            : reporter === target
              ? '主机在线；该服务未运行，或其防火墙拒绝。'
              : `请联系 ${reporter} 的管理者：通常是主机前的最后一个路由器在 ARP 无应答时发出。`,
      ],
    },
  },
});

function isProbe(port: number): boolean {
  return port >= TRACEROUTE.from && port <= TRACEROUTE.to;
}

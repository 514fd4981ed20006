import { defineDetector } from '../detector';
import { ms, plural } from '../words';
import { exchange, flowOf, hostOf, templateOf } from './exchanges';

/** Long polls come back after a fixed time. */
const POLL = { min_ms: 20_000, max_ms: 65_000, requests: 3, spread: 0.1 };

/** A server that takes long before it begins to answer. */
export const httpSlowTtfb = defineDetector({
  id: 'http-slow-ttfb',
  severity: 'notice',
  references: ['RFC 9110'],
  needs: ['http'],
  detect(facts, { http_ttfb_notice_ms, http_ttfb_warning_ms, http_ttfb_critical_ms }) {
    const slow = facts.http.filter(({ ttfb_ms, status, content_type, upgrade }) => {
      return (ttfb_ms ?? 0) > http_ttfb_notice_ms && status !== 101 && upgrade === null && content_type !== 'text/event-stream';
    });
    const places = Map.groupBy(slow, row => `${hostOf(row)} ${templateOf(row.path)}`);
    return [...places].flatMap(([about, same]) => {
      if (isLongPoll(same.map(({ ttfb_ms }) => ttfb_ms ?? 0))) return [];
      const worst = same.reduce((one, other) => ((other.ttfb_ms ?? 0) > (one.ttfb_ms ?? 0) ? other : one));
      const ttfb_ms = worst.ttfb_ms ?? 0;
      const flow = flowOf(facts, worst);
      const rtt_ms = flow?.proto === 'tcp' ? (flow.initialRtt_ms ?? 0) : 0;
      return {
        about,
        flow,
        peer: `${worst.server} ${worst.server_port}`,
        severity:
          ttfb_ms > http_ttfb_critical_ms
            ? ('critical' as const)
            : ttfb_ms > http_ttfb_warning_ms
              ? ('warning' as const)
              : ('notice' as const),
        count: same.length,
        evidence: [worst, ...same.filter(row => row !== worst)].slice(0, 6).flatMap(exchange),
        metrics: {
          host: hostOf(worst),
          path: templateOf(worst.path),
          method: worst.method,
          ttfb_ms,
          server_think_ms: Math.max(0, ttfb_ms - rtt_ms),
          rtt_ms,
          times: same.length,
          threshold_ms: http_ttfb_notice_ms,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Slow answer of a web server',
      summary: ({ host, path, method, server_think_ms, rtt_ms, times }) =>
        `${host} took ${ms(server_think_ms)} before it answered ${method ?? 'a request'} ${path} (round trip ${ms(rtt_ms)}; ${plural(times, 'slow request')}): the server, not the network.`,
      advice: () => ['Look at what the application did in that time: database, other services, locks, a cold start.'],
    },
    'zh-CN': {
      title: 'Web 服务器响应缓慢',
      summary: ({ host, path, method, server_think_ms, rtt_ms, times }) =>
        `${host} 在应答 ${method ?? '请求'} ${path} 前用了 ${ms(server_think_ms)}（往返 ${ms(rtt_ms)}；慢请求 ${times} 个）：原因在服务器而非网络。`,
      advice: () => ['查看应用程序在此期间的行为：数据库、其他服务、锁或冷启动。'],
    },
  },
});

function isLongPoll(times: readonly number[]): boolean {
  const shortest = Math.min(...times);
  const longest = Math.max(...times);
  return (
    times.length >= POLL.requests &&
    shortest >= POLL.min_ms &&
    longest <= POLL.max_ms &&
    longest - shortest <= longest * POLL.spread
  );
}

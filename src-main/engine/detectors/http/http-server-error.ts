import { defineDetector } from '../detector';
import { NO_ROWS, tally } from '../peers';
import { percent, plural } from '../words';
import { exchange, flowOf, hostOf, templateOf } from './exchanges';

/** Responses 5xx. */
export const httpServerError = defineDetector({
  id: 'http-server-error',
  severity: 'warning',
  references: ['RFC 9110 §15.6'],
  needs: ['http'],
  detect(facts, { http_error_share, http_error_min }) {
    const rows = facts.http.filter(({ status }) => status !== null && status >= 500 && status < 600);
    if (rows.length === 0) return [];
    const answered = facts.http.filter(({ status }) => status !== null);
    const hosts = tally(answered, hostOf, ({ status }) => (status ?? 0) >= 500);
    const groups = Map.groupBy(rows, row => `${hostOf(row)} ${row.status} ${templateOf(row.path)}`);
    return [...groups].flatMap(([about, same]) => {
      const [first] = same;
      if (!first || first.status === null) return [];
      const { all, such } = hosts.get(hostOf(first)) ?? NO_ROWS;
      const share = such / all;
      return {
        about,
        flow: same.length === 1 ? flowOf(facts, first) : undefined,
        peer: `${first.server} ${first.server_port}`,
        severity: all >= http_error_min && share >= http_error_share ? ('critical' as const) : ('warning' as const),
        count: same.length,
        evidence: same.slice(0, 10).flatMap(exchange),
        metrics: {
          host: hostOf(first),
          method: first.method,
          path: templateOf(first.path),
          status: first.status,
          times: same.length,
          share_of_host: share,
          responses_of_host: all,
          retry_after: first.retry_after,
        },
      };
    });
  },
  text: {
    en: {
      title: 'HTTP server error',
      summary: ({ host, method, path, status, times, share_of_host }) =>
        `${host} answered ${status} to ${method ?? 'a request'} ${path} (${plural(times, 'time')}; ${percent(share_of_host)} of its responses are errors).`,
      advice: ({ status }) => [
        status === 502 || status === 504
          ? 'The proxy got no good answer from the server behind it: look there.'
          : status === 503
            ? 'The server is overloaded or being worked on.'
            : 'Look in the log of the application at this time.',
      ],
    },
    'zh-CN': {
      title: 'HTTP 服务器错误',
      summary: ({ host, method, path, status, times, share_of_host }) =>
        `${host} 对 ${method ?? '请求'} ${path} 回复 ${status}（${times} 次；其 ${percent(share_of_host)} 的响应为错误）。`,
      advice: ({ status }) => [
        status === 502 || status === 504
          ? '代理未从后端服务器得到有效应答：请检查后端。'
          : status === 503
            ? '服务器过载或正在维护。'
            : '查看该时刻应用程序的日志。',
      ],
    },
  },
});

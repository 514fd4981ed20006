import { defineDetector, type Severity } from '../detector';
import { plural } from '../words';
import { exchange, flowOf, hostOf, templateOf } from './exchanges';

/** Codes that are trouble rather than a wrong address. */
const WARNING = new Set([403, 408, 421, 429, 431]);
const CHALLENGES = new Set([401, 407]);
/** Files that browsers and crawlers ask for on their own. */
const UNASKED = /\/(favicon\.ico|apple-touch-icon[^/]*\.png|robots\.txt|ads\.txt|browserconfig\.xml|\.well-known\/[^/]*)$/;

/** Responses 4xx. */
export const httpClientError = defineDetector({
  id: 'http-client-error',
  severity: 'notice',
  references: ['RFC 9110 §15.5'],
  needs: ['http'],
  detect(facts) {
    const rows = facts.http.filter(({ status }) => status !== null && status >= 400 && status < 500);
    if (rows.length === 0) return [];
    const good = new Set(
      facts.http.filter(({ status }) => status !== null && status < 400).map(row => `${row.client} ${hostOf(row)}`),
    );
    const groups = Map.groupBy(rows, row => `${hostOf(row)} ${row.status} ${templateOf(row.path)}`);
    return [...groups].flatMap(([about, same]) => {
      const [first] = same;
      if (!first || first.status === null) return [];
      const { status } = first;
      // Authentication that was asked for and then worked is no error.
      const wasLetIn = CHALLENGES.has(status) && same.every(row => good.has(`${row.client} ${hostOf(row)}`));
      const isUnasked = status === 404 && UNASKED.test(first.path ?? '');
      const severity: Severity =
        wasLetIn || isUnasked ? 'info' : CHALLENGES.has(status) || WARNING.has(status) ? 'warning' : 'notice';
      return {
        about,
        flow: same.length === 1 ? flowOf(facts, first) : undefined,
        peer: `${first.server} ${first.server_port}`,
        severity,
        count: same.length,
        evidence: same.slice(0, 10).flatMap(exchange),
        metrics: {
          host: hostOf(first),
          method: first.method,
          path: templateOf(first.path),
          status,
          times: same.length,
          retry_after: first.retry_after,
        },
      };
    });
  },
  text: {
    en: {
      title: 'HTTP client error',
      summary: ({ host, method, path, status, times }) =>
        `${host} answered ${status} to ${method ?? 'a request'} ${path} (${plural(times, 'time')}).`,
      advice: ({ status, retry_after }) => [
        status === 429
          ? `Too many requests${retry_after ? `: try again after ${retry_after}` : ''}.`
          : status === 401 || status === 407
            ? 'The credentials are missing or wrong.'
            : status === 403
              ? 'The client may not do this: check its rights, or a filter on the way.'
              : 'Check the address the client uses, and what changed on the server.',
      ],
    },
    'zh-CN': {
      title: 'HTTP 客户端错误',
      summary: ({ host, method, path, status, times }) =>
        `${host} 对 ${method ?? '请求'} ${path} 回复 ${status}（${times} 次）。`,
      advice: ({ status, retry_after }) => [
        status === 429
          ? `请求过多${retry_after ? `：请在 ${retry_after} 之后重试` : ''}。`
          : status === 401 || status === 407
            ? '缺少凭据或凭据错误。'
            : status === 403
              ? '客户端无权执行：检查其权限或途中的过滤设备。'
              : '检查客户端使用的地址，以及服务器上的改动。',
      ],
    },
  },
});

import { defineDetector } from '../detector';
import { plural } from '../words';
import { exchange, flowOf, hostOf } from './exchanges';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MIN_REDIRECTS = 5;
const WITHIN_S = 30;
const MIN_REPEATS = 3;

/** Redirects that lead back to where they began. */
export const httpRedirectLoop = defineDetector({
  id: 'http-redirect-loop',
  severity: 'warning',
  references: ['RFC 9110 §15.4'],
  needs: ['http'],
  detect(facts) {
    const redirects = facts.http.filter(({ status, path }) => REDIRECTS.has(status ?? 0) && path !== null);
    return [...Map.groupBy(redirects, ({ client }) => client)].flatMap(([client, all]) => {
      // The places this client was sent from again and again.
      const places = [...Map.groupBy(all, row => `${hostOf(row)}:${row.server_port}${row.path}`).values()].filter(same => {
        const first = same[0]?.time ?? 0;
        return same.filter(({ time }) => time - first <= WITHIN_S).length >= MIN_REPEATS && same.some(row => leadsBack(row, all));
      });
      const looping = places.flat().sort((one, other) => one.time - other.time);
      const [first] = looping;
      if (!first || looping.length < MIN_REDIRECTS) return [];
      return {
        about: client,
        flow: flowOf(facts, first),
        count: looping.length,
        evidence: looping.slice(0, 8).flatMap(exchange),
        metrics: { client, host: hostOf(first), path: first.path ?? '', places: places.length, redirects: looping.length },
      };
    });
  },
  text: {
    en: {
      title: 'Redirect loop',
      summary: ({ client, host, path, redirects }) =>
        `${client} was redirected ${plural(redirects, 'time')} in a circle, beginning with ${host}${path}.`,
      advice: () => [
        'Usual causes: a proxy that ends TLS without X-Forwarded-Proto (http and https redirect to each other), or www and non-www rules that contradict.',
      ],
    },
    'zh-CN': {
      title: '重定向循环',
      summary: ({ client, host, path, redirects }) => `${client} 被循环重定向 ${redirects} 次，起点为 ${host}${path}。`,
      advice: () => ['常见原因：终止 TLS 的代理未设置 X-Forwarded-Proto（http 与 https 互相重定向），或 www 与非 www 规则矛盾。'],
    },
  },
});

type Row = Parameters<typeof hostOf>[0];

/** What it points to redirects, too; https cannot be seen, but a redirect from there to here can. */
function leadsBack({ location, host }: Row, all: readonly Row[]): boolean {
  if (!location) return false;
  const target = location.host ?? host;
  return all.some(row => (target === null || row.host === target) && row.path === location.path);
}

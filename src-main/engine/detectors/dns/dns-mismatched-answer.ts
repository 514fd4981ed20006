import { defineDetector } from '../detector';
import { isGroup } from '../peers';
import { ofRow, unicast } from './questions';

const SECOND_S = 2;
const UNSOLICITED = 10;

/** Answers that do not fit their question: injected, rewritten, or from a capture that began too late. */
export const dnsMismatchedAnswer = defineDetector({
  id: 'dns-mismatched-answer',
  severity: 'warning',
  references: ['RFC 5452'],
  needs: ['dns'],
  detect({ dns, startTs }) {
    const rows = unicast(dns);
    const differing = rows.filter(({ question_differs }) => question_differs);
    const contradicted = rows.filter(({ second_answers, rcode, addresses, time, response_ms }) =>
      second_answers.some(
        second =>
          second.ts - (time + (response_ms ?? 0) / 1000) <= SECOND_S &&
          (second.rcode !== rcode ||
            (addresses.length > 0 &&
              second.addresses.length > 0 &&
              !second.addresses.some(address => addresses.includes(address)))),
      ),
    );
    const unsolicited = rows.filter(
      ({ unsolicited: alone, server, time }) => alone && !isGroup(server) && time - startTs > SECOND_S,
    );
    const kinds = [
      { kind: 'other_question', rows: differing, severity: 'warning', minimum: 1 },
      { kind: 'contradiction', rows: contradicted, severity: 'warning', minimum: 1 },
      { kind: 'unsolicited', rows: unsolicited, severity: 'notice', minimum: UNSOLICITED },
    ] as const;
    return kinds.flatMap(({ kind, rows: found, severity, minimum }) =>
      [...Map.groupBy(found, ({ server }) => server)].flatMap(([server, same]) => {
        if (same.length < minimum) return [];
        return {
          about: `${server} ${kind}`,
          severity,
          count: same.length,
          evidence: same.slice(0, 8).flatMap(row => [
            ...ofRow(row),
            ...row.second_answers.map(({ frame, ts, rcode }) => ({
              packet: frame,
              ts,
              role: 'second_response',
              fields: { 'dns.flags.rcode': rcode },
            })),
          ]),
          metrics: { server, kind, times: same.length, name: same[0]?.name ?? '' },
          caveats: kind === 'unsolicited' ? (['late_start'] as const) : [],
        };
      }),
    );
  },
  text: {
    en: {
      title: 'DNS answers that do not fit',
      summary: ({ server, kind, times, name }) =>
        kind === 'other_question'
          ? `${server} answered another question than the one asked (${name}).`
          : kind === 'contradiction'
            ? `Two answers came from ${server} for ${name} and contradict each other: one of them may be injected.`
            : `${times} answers came from ${server} without a query.`,
      advice: () => [
        'Look for a transparent DNS proxy or injected answers: compare TTLs of both packets, and ask over an encrypted resolver.',
      ],
    },
    'zh-CN': {
      title: 'DNS 应答不匹配',
      summary: ({ server, kind, times, name }) =>
        kind === 'other_question'
          ? `${server} 回答的不是所提的问题（${name}）。`
          : kind === 'contradiction'
            ? `${server} 对 ${name} 给出了两个相互矛盾的应答：其中之一可能是注入的。`
            : `收到 ${server} 的 ${times} 个应答，但没有对应查询。`,
      advice: () => ['检查透明 DNS 代理或注入的应答：比较两个数据包的 TTL，并通过加密解析器查询对照。'],
    },
  },
});

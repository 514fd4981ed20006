import { defineDetector } from '../detector';
import { isGroup } from '../peers';
import type { DnsFacts } from '../row-facts';
import { ofRow, unicast } from './questions';

const SECOND_S = 2;
const UNSOLICITED = 10;
/** The answer to a query from somewhere else comes while the client still waits. */
const WAITING_S = 5;
/** Packets of one server on one way differ by less: a greater step is another machine. */
const TTL_STEP = 2;

/** Answers that do not fit their question: injected, rewritten, or from a capture that began too late. */
export const dnsMismatchedAnswer = defineDetector({
  id: 'dns-mismatched-answer',
  severity: 'warning',
  references: ['RFC 5452'],
  needs: ['dns'],
  detect({ dns, startTs }) {
    const rows = unicast(dns);
    const alone = rows.filter(({ unsolicited, server }) => unsolicited && !isGroup(server));
    const elsewhere = fromElsewhere(rows, alone);
    const kinds = [
      { kind: 'other_question', rows: rows.filter(({ question_differs }) => question_differs), severity: 'warning', minimum: 1 },
      { kind: 'other_address', rows: [...elsewhere.keys()], severity: 'warning', minimum: 1 },
      { kind: 'contradiction', rows: rows.filter(row => contradictions(row).length > 0), severity: 'warning', minimum: 1 },
      {
        kind: 'unsolicited',
        rows: alone.filter(row => row.time - startTs > SECOND_S && !elsewhere.has(row)),
        severity: 'notice',
        minimum: UNSOLICITED,
      },
    ] as const;
    return kinds.flatMap(({ kind, rows: found, severity, minimum }) =>
      [...Map.groupBy(found, ({ server }) => server)].flatMap(([server, same]) => {
        const [first] = same;
        if (!first || same.length < minimum) return [];
        const step = kind === 'contradiction' ? Math.max(...same.map(ttlStep)) : 0;
        return {
          about: `${server} ${kind}`,
          severity: step > TTL_STEP ? ('critical' as const) : severity,
          count: same.length,
          evidence: same.slice(0, 8).flatMap(row => [
            ...asked(elsewhere.get(row)),
            ...ofRow(row),
            ...row.second_answers.map(({ frame, ts, rcode, ip_ttl }) => ({
              packet: frame,
              ts,
              role: 'second_response',
              fields: { 'dns.flags.rcode': rcode, 'ip.ttl': ip_ttl },
            })),
          ]),
          metrics: {
            server,
            kind,
            times: same.length,
            name: first.name,
            asked: elsewhere.get(first)?.server,
            ttl_step: step,
            threshold_ttl_step: TTL_STEP,
          },
          caveats: kind === 'unsolicited' ? (['late_start'] as const) : [],
        };
      }),
    );
  },
  text: {
    en: {
      title: 'DNS answers that do not fit',
      summary: ({ server, kind, times, name, asked: other, ttl_step }) => {
        if (kind === 'other_question') return `${server} answered another question than the one asked (${name}).`;
        if (kind === 'other_address') return `${other ?? ''} was asked for ${name}, ${server} answered.`;
        if (kind === 'unsolicited') return `${times} answers came from ${server} without a query.`;
        return ttl_step > TTL_STEP
          ? `Two answers came from ${server} for ${name}, contradict each other and did not come the same way (TTLs ${ttl_step} apart): one of them is injected.`
          : `Two answers came from ${server} for ${name} and contradict each other: one of them may be injected.`;
      },
      advice: () => [
        'Look for a transparent DNS proxy or injected answers: compare TTLs of both packets, and ask over an encrypted resolver.',
      ],
    },
    'zh-CN': {
      title: 'DNS 应答不匹配',
      summary: ({ server, kind, times, name, asked: other, ttl_step }) => {
        if (kind === 'other_question') return `${server} 回答的不是所提的问题（${name}）。`;
        if (kind === 'other_address') return `向 ${other ?? ''} 查询 ${name}，应答的却是 ${server}。`;
        if (kind === 'unsolicited') return `收到 ${server} 的 ${times} 个应答，但没有对应查询。`;
        return ttl_step > TTL_STEP
          ? `${server} 对 ${name} 给出了两个相互矛盾的应答，且来路不同（TTL 相差 ${ttl_step}）：其中之一是注入的。`
          : `${server} 对 ${name} 给出了两个相互矛盾的应答：其中之一可能是注入的。`;
      },
      advice: () => ['检查透明 DNS 代理或注入的应答：比较两个数据包的 TTL，并通过加密解析器查询对照。'],
    },
  },
});

/** Second answers of another outcome, or without an address of the first, within two seconds of it. */
function contradictions({ second_answers, rcode, addresses, time, response_ms }: DnsFacts): DnsFacts['second_answers'] {
  const answeredTs = time + (response_ms ?? 0) / 1000;
  return second_answers.filter(
    second =>
      second.ts - answeredTs <= SECOND_S &&
      (second.rcode !== rcode ||
        (addresses.length > 0 && second.addresses.length > 0 && !second.addresses.some(address => addresses.includes(address)))),
  );
}

/** How far the TTLs of contradicting answers are apart; 0 where they are not known. */
function ttlStep(row: DnsFacts): number {
  const steps = contradictions(row).map(({ ip_ttl }) =>
    ip_ttl === null || row.ip_ttl === null ? 0 : Math.abs(ip_ttl - row.ip_ttl),
  );
  return Math.max(0, ...steps);
}

/** Answers to a query that waits for those of another server, with that query. */
function fromElsewhere(rows: readonly DnsFacts[], alone: readonly DnsFacts[]): Map<DnsFacts, DnsFacts> {
  const found = new Map<DnsFacts, DnsFacts>();
  if (alone.length === 0) return found;
  const key = ({ client, client_port, id, name }: DnsFacts): string => `${client} ${client_port} ${id} ${name.toLowerCase()}`;
  const queries = Map.groupBy(
    rows.filter(({ query_frame }) => query_frame !== null),
    key,
  );
  for (const row of alone) {
    const query = queries
      .get(key(row))
      ?.find(({ time, server }) => server !== row.server && row.time >= time && row.time - time <= WAITING_S);
    if (query) found.set(row, query);
  }
  return found;
}

function asked(query: DnsFacts | undefined) {
  return query ? ofRow(query).filter(({ role }) => role === 'query') : [];
}

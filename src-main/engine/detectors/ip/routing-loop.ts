import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';

/** The TTL of a packet that was not meant to end: a trace counts up from 1. */
const TRACE_PROBES = 3;

/** Packets that go round between routers until their hops are used up. */
export const routingLoop = defineDetector({
  id: 'routing-loop',
  severity: 'critical',
  references: ['RFC 792', 'RFC 1812 §5.3.1'],
  needs: ['ip'],
  detect({ icmpErrors, duplicates, lowTtl, flow: flowOf }, { ttl_loop_reports }) {
    const probing = new Set(
      lowTtl.filter(({ ttls, count }) => ttls.length >= 2 || count >= TRACE_PROBES).map(({ src, dst }) => `${src} ${dst}`),
    );
    const errors = icmpErrors.filter(
      ({ family, type, code, quote }) => type === (family === 6 ? 3 : 11) && code === 0 && quote !== null && quote.dport !== 0,
    );
    const reported = [
      ...Map.groupBy(errors, ({ quote }) => `${quote?.src} ${quote?.sport} ${quote?.dst} ${quote?.dport}`).values(),
    ].flatMap(same => {
      const [first] = same;
      const reporters = [...new Set(same.map(({ reporter }) => reporter))];
      // More than two reporters are the hops of a trace; so is one that was asked for.
      if (
        !first?.quote ||
        same.length < ttl_loop_reports ||
        reporters.length > 2 ||
        probing.has(`${first.quote.src} ${first.quote.dst}`)
      )
        return [];
      const { quote } = first;
      return {
        flow: first.flow === null ? undefined : flowOf(first.flow),
        about: `${quote.src} ${quote.dst}`,
        peer: quote.dst,
        source: quote.src,
        count: same.length,
        evidence: same
          .slice(0, 10)
          .map(({ frame, ts, reporter }) => ({ packet: frame, ts, role: 'ttl_exceeded', fields: { 'ip.src': reporter } })),
        metrics: { sender: quote.src, target: quote.dst, routers: reporters.join(', '), times: same.length, seen: 'icmp' },
      };
    });
    const seen = duplicates.loops
      .filter(({ times, firstTtl, lastTtl }) => times >= ttl_loop_reports && firstTtl - lastTtl >= times - 1)
      .map(({ src, dst, times, frames, ts, lastTs, firstTtl, lastTtl }) => ({
        flow: undefined,
        about: `${src} ${dst}`,
        peer: dst,
        source: src,
        count: times,
        firstTs: ts,
        lastTs,
        evidence: ofFrames(frames, 'same_packet', { first_ttl: firstTtl, last_ttl: lastTtl }),
        metrics: { sender: src, target: dst, routers: '', times, seen: 'packets' },
      }));
    return [...reported, ...seen];
  },
  text: {
    en: {
      title: 'Routing loop',
      summary: ({ sender, target, routers, times, seen }) =>
        seen === 'icmp'
          ? `Packets of ${sender} to ${target} go round until their hops are used up; ${routers} says so (${times} times).`
          : `The same packet of ${sender} to ${target} came by ${times} times, each time with fewer hops left.`,
      advice: () => [
        'Look at the routes of the routers involved for this destination: two of them send it to each other (often a default route and a summary that point at each other).',
      ],
    },
    'zh-CN': {
      title: '路由环路',
      summary: ({ sender, target, routers, times, seen }) =>
        seen === 'icmp'
          ? `${sender} 发往 ${target} 的数据包循环到跳数耗尽；由 ${routers} 报告（${times} 次）。`
          : `${sender} 发往 ${target} 的同一数据包经过 ${times} 次，每次剩余跳数更少。`,
      advice: () => ['检查相关路由器对该目的地的路由：其中两台互相转发（常见于默认路由与汇总路由互指）。'],
    },
  },
});

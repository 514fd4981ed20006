import { defineDetector } from '../detector';
import { plural } from '../words';

/** A traceroute counts up from 1. */
const SMALL_TTL = 3;

/** Packets that ran out of hops, or fragments that were never put together. */
export const icmpTtlExceeded = defineDetector({
  id: 'icmp-ttl-exceeded',
  severity: 'info',
  references: ['RFC 792', 'RFC 4443 §3.3'],
  needs: ['icmp'],
  detect({ icmpErrors, lowTtl, flow: flowOf }) {
    const errors = icmpErrors.filter(({ family, type }) => type === (family === 6 ? 3 : 11));
    const probing = new Set(lowTtl.map(({ src, dst }) => `${src} ${dst}`));
    const groups = Map.groupBy(errors, ({ code, quote }) => `${code} ${quote?.src} ${quote?.dst}`);
    return [...groups].flatMap(([about, same]) => {
      const [first] = same;
      if (!first?.quote) return [];
      const { code, quote } = first;
      const reporters = [...new Set(same.map(({ reporter }) => reporter))];
      const isTraceroute = code === 0 && (reporters.length >= SMALL_TTL || probing.has(`${quote.src} ${quote.dst}`));
      const flow = first.flow === null ? undefined : flowOf(first.flow);
      return {
        about,
        flow: same.every(error => error.flow === first.flow) ? flow : undefined,
        source: quote.src,
        count: same.length,
        severity: isTraceroute ? ('info' as const) : code === 1 ? ('warning' as const) : ('notice' as const),
        evidence: same.slice(0, 10).map(({ frame, ts, reporter }) => ({
          packet: frame,
          ts,
          role: 'icmp',
          fields: { 'ip.src': reporter, 'icmp.code': code },
        })),
        metrics: {
          code,
          sender: quote.src,
          target: quote.dst,
          reporters: reporters.length,
          reporter: reporters[0] ?? '',
          times: same.length,
          class: isTraceroute ? 'traceroute' : 'other',
        },
      };
    });
  },
  text: {
    en: {
      title: 'Packets ran out of time',
      summary: ({ code, sender, target, reporters, reporter, times, class: kind }) =>
        code === 1
          ? `${reporter} gave up putting together fragments of ${sender} to ${target} (${plural(times, 'time')}).`
          : kind === 'traceroute'
            ? `${plural(reporters, 'router')} answered a trace from ${sender} to ${target}.`
            : `${reporter} discarded packets of ${sender} to ${target} whose hops were used up (${plural(times, 'time')}).`,
      advice: ({ code, class: kind }) => [
        code === 1
          ? 'Fragments are lost on the way: avoid fragmentation (smaller MTU or MSS).'
          : kind === 'traceroute'
            ? 'This is how a traceroute works; nothing to do.'
            : 'Look for a routing loop, or a sender with a small TTL.',
      ],
    },
    'zh-CN': {
      title: '数据包生存时间耗尽',
      summary: ({ code, sender, target, reporters, reporter, times, class: kind }) =>
        code === 1
          ? `${reporter} 放弃重组 ${sender} 发往 ${target} 的分片（${times} 次）。`
          : kind === 'traceroute'
            ? `${reporters} 个路由器应答了从 ${sender} 到 ${target} 的路径跟踪。`
            : `${reporter} 丢弃了 ${sender} 发往 ${target} 的跳数耗尽的数据包（${times} 次）。`,
      advice: ({ code, class: kind }) => [
        code === 1
          ? '分片在途中丢失：避免分片（减小 MTU 或 MSS）。'
          : kind === 'traceroute'
            ? '这是 traceroute 的工作方式，无需处理。'
            : '检查路由环路，或 TTL 过小的发送方。',
      ],
    },
  },
});

import { defineDetector } from '../detector';
import { byServer } from '../peers';
import { at, percent } from '../words';
import { sweepEvidence } from './attempts';

/** SYNs by the hundreds a second to one port, and hardly a handshake is completed. */
export const synFloodSuspected = defineDetector({
  id: 'syn-flood-suspected',
  severity: 'critical',
  references: ['RFC 4987'],
  needs: ['handshake'],
  detect(facts, { flood_syns_per_s, flood_completed, flood_s }) {
    const { attempted } = facts.signs;
    const floods = attempted.length >= flood_syns_per_s * flood_s ? attempted : [];
    return [...byServer(floods).values()].flatMap(flows => {
      const [first] = flows;
      const last = flows.at(-1);
      if (!first || !last || flows.length < flood_syns_per_s * flood_s) return [];
      const seconds = Map.groupBy(flows, ({ firstTs }) => Math.floor(firstTs - first.firstTs));
      const busy = [...seconds.values()].filter(({ length }) => length >= flood_syns_per_s).length;
      const completed = flows.filter(({ handshakeComplete }) => handshakeComplete).length / flows.length;
      if (busy < flood_s || completed >= flood_completed) return [];
      return {
        about: at(first.b.ip, first.b.port),
        peer: `${first.b.ip} ${first.b.port}`,
        count: flows.length,
        firstTs: first.firstTs,
        lastTs: last.firstTs,
        evidence: sweepEvidence(flows),
        metrics: {
          server: at(first.b.ip, first.b.port),
          syns: flows.length,
          peak_per_s: Math.max(...[...seconds.values()].map(({ length }) => length)),
          completed,
          sources: new Set(flows.map(({ a }) => a.ip)).size,
          threshold_per_s: flood_syns_per_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'SYN flood suspected',
      summary: ({ server, peak_per_s, completed, sources }) =>
        `${server} got up to ${peak_per_s} SYNs a second from ${sources} addresses; ${percent(completed)} of the handshakes were completed.`,
      advice: () => ['Enable SYN cookies, limit the rate, and let the provider filter upstream.'],
    },
    'zh-CN': {
      title: '疑似 SYN 洪泛',
      summary: ({ server, peak_per_s, completed, sources }) =>
        `${server} 每秒收到最多 ${peak_per_s} 个 SYN，来自 ${sources} 个地址；仅 ${percent(completed)} 的握手完成。`,
      advice: () => ['启用 SYN cookies、限速，并请运营商在上游过滤。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { at } from '../words';

/** Ports were used again within 60 s of their last connection, and the new handshake failed. */
export const tcpPortReuse = defineDetector({
  id: 'tcp-port-reuse',
  severity: 'warning',
  references: ['RFC 9293 §3.6.1', 'RFC 6191'],
  needs: ['handshake', 'both_directions'],
  detect({ tcp, signs, endTs }, { port_reuse_s, syn_answer_wait_s }) {
    return signs.reusedPorts.flatMap(flow => {
      const { reusedPorts, previous, syns, synAcks, sides } = flow;
      const [syn] = syns;
      if (!reusedPorts || !previous || !syn || synAcks.length > 0) return [];
      const since_s = syn.ts - previous.lastTs;
      const answered = sides[1].packets > 0;
      // Without time stamps there is no telling.
      if (!(since_s >= 0 && since_s < port_reuse_s) || (!answered && endTs - syn.ts < syn_answer_wait_s)) return [];
      const ports = new Set(
        tcp.filter(({ a, b }) => a.ip === flow.a.ip && b.ip === flow.b.ip && b.port === flow.b.port).map(({ a }) => a.port),
      );
      return {
        flow,
        evidence: syns.map(mark => ofMark(mark, 'syn')),
        metrics: {
          client: at(flow.a.ip, flow.a.port),
          server: at(flow.b.ip, flow.b.port),
          since_s,
          answer: answered ? 'refused' : 'none',
          ports_used: ports.size,
          threshold_s: port_reuse_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Port reused too soon',
      summary: ({ client, server, since_s }) =>
        `${client} was used again for ${server} ${since_s.toFixed(1)} s after its last connection, and the new one failed.`,
      advice: () => ['Ports run short, here or at a NAT (28,232 by default on Linux): keep connections open and share them.'],
    },
    'zh-CN': {
      title: '端口过快重用',
      summary: ({ client, server, since_s }) =>
        `${client} 在上一个连接结束 ${since_s.toFixed(1)} 秒后再次用于 ${server}，新连接失败。`,
      advice: () => ['本机或 NAT 的端口不足（Linux 默认 28,232 个）：保持并复用连接。'],
    },
  },
});

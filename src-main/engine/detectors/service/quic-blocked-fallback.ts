import { defineDetector } from '../detector';
import { ms } from '../words';
import { fallbackOf, initials, quicFlow, quicServer, unansweredQuic } from './quic-handshakes';

/** QUIC gets no answer, and the client uses TCP instead: UDP is filtered. */
export const quicBlockedFallback = defineDetector({
  id: 'quic-blocked-fallback',
  severity: 'notice',
  references: ['RFC 9308 §2'],
  needs: ['quic', 'both_directions'],
  detect(facts, { quic_wait_s }) {
    return unansweredQuic(facts, quic_wait_s).flatMap(row => {
      const fallback = fallbackOf(facts, row);
      if (!fallback) return [];
      return {
        flow: quicFlow(facts, row),
        about: `${row.client} ${row.server}`,
        count: row.client_initials,
        evidence: [...initials(row), { packet: fallback.firstFrame, ts: fallback.firstTs, role: 'tcp_instead' }],
        metrics: {
          server: quicServer(row),
          delay_ms: Math.max(0, fallback.firstTs - row.time) * 1000,
          initials: row.client_initials,
          tcp_stream: fallback.number,
        },
      };
    });
  },
  text: {
    en: {
      title: 'QUIC blocked, TCP used instead',
      summary: ({ server, delay_ms }) => `${server} does not answer QUIC; the client began TCP ${ms(delay_ms)} later.`,
      advice: () => ['UDP port 443 is filtered on the way: allow it, or turn QUIC off so that nobody waits.'],
    },
    'zh-CN': {
      title: 'QUIC 被阻断，改用 TCP',
      summary: ({ server, delay_ms }) => `${server} 未应答 QUIC；客户端在 ${ms(delay_ms)} 后改用 TCP。`,
      advice: () => ['途中过滤了 UDP 443 端口：请放行，或关闭 QUIC 以免等待。'],
    },
  },
});

import { defineDetector } from '../detector';
import { plural } from '../words';
import { fallbackOf, initials, quicFlow, quicServer, unansweredQuic } from './quic-handshakes';

/** QUIC without an answer, and no TCP instead of it. */
export const quicHandshakeFailed = defineDetector({
  id: 'quic-handshake-failed',
  severity: 'warning',
  references: ['RFC 9000 §14.1', 'RFC 9002 §6.2.2'],
  needs: ['quic', 'both_directions'],
  detect(facts, { quic_wait_s }) {
    return unansweredQuic(facts, quic_wait_s)
      .filter(row => !fallbackOf(facts, row))
      .map(row => ({
        flow: quicFlow(facts, row),
        about: `${row.client} ${row.client_port} ${row.server}`,
        count: row.client_initials,
        lastTs: row.last_initial_time,
        evidence: initials(row),
        metrics: {
          server: quicServer(row),
          sni: row.sni,
          initials: row.client_initials,
          version: row.version,
          threshold_s: quic_wait_s,
        },
      }));
  },
  text: {
    en: {
      title: 'QUIC handshake without answer',
      summary: ({ server, initials: sent }) => `${server} answered nothing to ${plural(sent, 'QUIC Initial packet')}.`,
      advice: () => ['UDP to this port is filtered, the server does not speak QUIC, or packets of 1200 bytes do not pass.'],
    },
    'zh-CN': {
      title: 'QUIC 握手无应答',
      summary: ({ server, initials: sent }) => `${server} 未应答 ${sent} 个 QUIC Initial 数据包。`,
      advice: () => ['到该端口的 UDP 被过滤、服务器不支持 QUIC，或 1200 字节的数据包无法通过。'],
    },
  },
});

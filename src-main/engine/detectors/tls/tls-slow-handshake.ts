import { defineDetector } from '../detector';
import { ms } from '../words';
import { flowOf, hellos, serverName } from './handshakes';

/** A handshake that takes longer than its round trips. */
export const tlsSlowHandshake = defineDetector({
  id: 'tls-slow-handshake',
  severity: 'notice',
  references: ['RFC 8446 §2'],
  needs: ['tls'],
  detect(facts, { tls_slow_ms, tls_very_slow_ms }) {
    return facts.tls.flatMap(row => {
      // An idle client may send its first data whenever it likes: of that only as much counts as the server took.
      const server_ms = row.server_hello_ms ?? 0;
      const total_ms = Math.min(row.established_ms ?? server_ms, Math.max(server_ms * 4, server_ms + tls_very_slow_ms));
      if (row.server_hello_ms === null || total_ms <= tls_slow_ms) return [];
      const flow = flowOf(facts, row);
      const rtt_ms = flow?.proto === 'tcp' ? (flow.initialRtt_ms ?? 0) : 0;
      const think_ms = Math.max(0, server_ms - rtt_ms);
      // All of it must not be the client's own pause.
      if (total_ms <= rtt_ms * 3 || think_ms + rtt_ms * 2 < tls_slow_ms / 2) return [];
      return {
        flow,
        about: serverName(row),
        severity: total_ms > tls_very_slow_ms ? ('warning' as const) : ('notice' as const),
        evidence: [
          ...hellos(row),
          ...(row.established_frame === null
            ? []
            : [{ packet: row.established_frame, ts: row.time + (row.established_ms ?? 0) / 1000, role: 'first_data' }]),
        ],
        metrics: { server: serverName(row), total_ms, server_think_ms: think_ms, rtt_ms, threshold_ms: tls_slow_ms },
      };
    });
  },
  text: {
    en: {
      title: 'Slow TLS handshake',
      summary: ({ server, total_ms, server_think_ms, rtt_ms }) =>
        `The TLS handshake with ${server} took ${ms(total_ms)}: ${ms(server_think_ms)} until the server answered, at a round trip of ${ms(rtt_ms)}.`,
      advice: () => [
        'Look at the CPU of the server, at look-ups it makes meanwhile (OCSP, HSM), and for loss in a long certificate chain.',
      ],
    },
    'zh-CN': {
      title: 'TLS 握手缓慢',
      summary: ({ server, total_ms, server_think_ms, rtt_ms }) =>
        `与 ${server} 的 TLS 握手用时 ${ms(total_ms)}：服务器应答用时 ${ms(server_think_ms)}，往返时间 ${ms(rtt_ms)}。`,
      advice: () => ['检查服务器 CPU、其间的外部查询（OCSP、HSM），以及长证书链传输中的丢包。'],
    },
  },
});

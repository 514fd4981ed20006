import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { subnetOf } from '../peers';
import { at, ms } from '../words';

/** Others of the subnet needed to call one of them slow. */
const MIN_OTHERS = 3;

/** A handshake without loss that still takes long: distance, queues, or a busy listener. */
export const tcpHandshakeSlow = defineDetector({
  id: 'tcp-handshake-slow',
  severity: 'notice',
  references: ['RFC 6298 §2.1'],
  needs: ['handshake', 'both_directions'],
  detect({ tcp, signs }, { handshake_slow_ms, handshake_very_slow_ms, handshake_outlier_ms }) {
    if (signs.slow.length === 0) return [];
    const measured = tcp.filter(({ handshakeComplete, initialRtt_ms, syns, synAcks }) => {
      return handshakeComplete && initialRtt_ms !== null && syns.length === 1 && synAcks.length === 1;
    });
    const subnets = new Map<string, number[]>();
    for (const [subnet, flows] of Map.groupBy(measured, ({ b }) => subnetOf(b.ip))) {
      subnets.set(
        subnet,
        flows.map(({ initialRtt_ms }) => initialRtt_ms ?? 0).sort((one, other) => one - other),
      );
    }
    return signs.slow.flatMap(flow => {
      const rtt_ms = flow.initialRtt_ms ?? 0;
      if (!flow.handshakeComplete || flow.syns.length !== 1 || flow.synAcks.length !== 1) return [];
      if (rtt_ms <= handshake_outlier_ms) return [];
      const usual_ms = medianOfOthers(subnets.get(subnetOf(flow.b.ip)) ?? [], rtt_ms);
      if (rtt_ms <= handshake_slow_ms && !(usual_ms !== null && rtt_ms > usual_ms * 3)) return [];
      const [syn] = flow.syns;
      const [synAck] = flow.synAcks;
      if (!syn || !synAck) return [];
      const server_ms = Math.max(0, (synAck.ts - syn.ts) * 1000);
      const client_ms = Math.max(0, rtt_ms - server_ms);
      // Whose part is small is near to where it was captured.
      const captured_near = server_ms > client_ms * 4 ? 'client' : client_ms > server_ms * 4 ? 'server' : 'middle';
      return {
        flow,
        severity: rtt_ms > handshake_very_slow_ms ? 'warning' : 'notice',
        evidence: [ofMark(syn, 'syn'), ofMark(synAck, 'syn_ack')],
        metrics: {
          server: at(flow.b.ip, flow.b.port),
          rtt_ms,
          server_ms,
          client_ms,
          usual_ms,
          captured_near,
          threshold_ms: handshake_slow_ms,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Slow handshake',
      summary: ({ server, rtt_ms, server_ms, usual_ms }) =>
        `The handshake with ${server} took ${ms(rtt_ms)}, ${ms(server_ms)} of it until the answer of the server${usual_ms === null ? '' : `; ${ms(usual_ms)} is usual there`}.`,
      advice: () => [
        'Compare with the distance: light in fibre needs about 1 ms for 100 km and back.',
        'Compare the round trip of an idle link with that of a loaded one: a large difference is a queue (bufferbloat).',
        'A VPN or proxy on the way, or a server that is too busy to accept, does the same.',
      ],
    },
    'zh-CN': {
      title: '握手缓慢',
      summary: ({ server, rtt_ms, server_ms, usual_ms }) =>
        `与 ${server} 的握手用时 ${ms(rtt_ms)}，其中 ${ms(server_ms)} 用于等待服务器应答${usual_ms === null ? '' : `；该网段通常为 ${ms(usual_ms)}`}。`,
      advice: () => [
        '与距离比较：光纤中每 100 公里往返约 1 毫秒。',
        '比较链路空闲与繁忙时的往返时间：差别很大说明存在排队（bufferbloat）。',
        '路径上的 VPN、代理，或过于繁忙的服务器也会造成同样现象。',
      ],
    },
  },
});

/** The median without one of these values; null when too few are left to call it usual. */
function medianOfOthers(sorted: readonly number[], own: number): number | null {
  const others = sorted.length - 1;
  if (others < MIN_OTHERS) return null;
  const middle = Math.floor(others / 2);
  return sorted[(sorted[middle] ?? 0) < own ? middle : middle + 1] ?? null;
}

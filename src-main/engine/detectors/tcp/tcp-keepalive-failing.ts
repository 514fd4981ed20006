import { defineDetector } from '../detector';
import { ofFrames, ofMark } from '../evidence';
import { at, plural } from '../words';

/** Keep-alives that nobody answers: the other end is gone, or something on the way forgot the connection. */
export const tcpKeepaliveFailing = defineDetector({
  id: 'tcp-keepalive-failing',
  severity: 'warning',
  references: ['RFC 1122 §4.2.3.6', 'RFC 5382 §5'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs }, { keepalive_unanswered }) {
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { keepAliveRun, keepAliveFrames } = flow.sides[from];
        if (keepAliveRun < keepalive_unanswered || !flow.bothWays) return [];
        const reset = flow.resets.find(mark => mark.from === from && mark.frame > (keepAliveFrames[0] ?? 0));
        const [prober, peer] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          severity: reset ? 'critical' : 'warning',
          count: keepAliveRun,
          firstTs: flow.sides[from === 0 ? 1 : 0].lastTs,
          lastTs: flow.lastTs,
          evidence: [...ofFrames(keepAliveFrames, 'keep_alive'), ...(reset ? [ofMark(reset, 'reset')] : [])],
          metrics: {
            prober: at(prober.ip, prober.port),
            peer: at(peer.ip, peer.port),
            unanswered: keepAliveRun,
            given_up: reset !== undefined,
            threshold: keepalive_unanswered,
          },
          caveats: ['last_byte'] as const,
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Keep-alives without answer',
      summary: ({ prober, peer, unanswered, given_up }) =>
        `${peer} answered none of ${plural(unanswered, 'keep-alive')} of ${prober}${given_up ? ', which then gave up' : ''}.`,
      advice: () => [
        'The peer is gone, or a NAT or firewall dropped its state: send keep-alives more often than its timeout (5 to 60 minutes are usual).',
      ],
    },
    'zh-CN': {
      title: '保活探测无应答',
      summary: ({ prober, peer, unanswered, given_up }) =>
        `${peer} 未应答 ${prober} 的 ${unanswered} 次保活探测${given_up ? '，后者随后放弃连接' : ''}。`,
      advice: () => ['对端已消失，或 NAT、防火墙丢弃了连接状态：保活间隔应短于其超时（通常为 5 至 60 分钟）。'],
    },
  },
});

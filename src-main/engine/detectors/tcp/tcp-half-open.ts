import { defineDetector } from '../detector';
import { ofMark } from '../evidence';
import { at } from '../words';

/** One end does not know the connection that the other goes on with: it rebooted, or a middlebox lost its state. */
export const tcpHalfOpen = defineDetector({
  id: 'tcp-half-open',
  severity: 'warning',
  references: ['RFC 9293 §3.5.1', 'RFC 5961'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs }) {
    return signs.reset.flatMap(flow => {
      const { syns, synAcks, resets, sides } = flow;
      const from = resets[0]?.from;
      const [reset] = resets;
      if (!reset || from === undefined) return [];
      const other = from === 0 ? 1 : 0;
      // All that one end ever says is RST, to segments of an open connection.
      const knowsNothing =
        syns.length + synAcks.length === 0 && sides[from].packets === sides[from].resets && sides[other].payload > 0;
      // A SYN got a challenge ACK of an old connection, which the client then reset.
      const challenged =
        syns.length > 0 &&
        synAcks.length === 0 &&
        from === 0 &&
        sides[1].packets > 0 &&
        sides[1].resets === 0 &&
        sides[1].payload === 0;
      if (!knowsNothing && !challenged) return [];
      const [who, whom] = (challenged ? 1 : from) === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
      return {
        flow,
        evidence: [...syns.map(mark => ofMark(mark, 'syn')), ofMark(reset, 'reset')],
        metrics: { who: at(who.ip, who.port), whom: at(whom.ip, whom.port), challenged },
      };
    });
  },
  text: {
    en: {
      title: 'Half-open connection',
      summary: ({ who, whom, challenged }) =>
        challenged
          ? `${who} still holds an old connection with ${whom}: the new one could not be opened at once.`
          : `${who} does not know the connection that ${whom} goes on with.`,
      advice: () => [
        'The peer restarted, or a NAT, load balancer or failover lost the state: enable keep-alives, shorter than its timeout.',
      ],
    },
    'zh-CN': {
      title: '半开连接',
      summary: ({ who, whom, challenged }) =>
        challenged ? `${who} 仍保留着与 ${whom} 的旧连接：新连接无法立即建立。` : `${who} 不认识 ${whom} 仍在使用的连接。`,
      advice: () => ['对端重启过，或 NAT、负载均衡、主备切换丢失了状态：启用间隔短于其超时的保活。'],
    },
  },
});

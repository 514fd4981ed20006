import { defineDetector } from '../detector';
import { at, plural } from '../words';

/** Bursts after a pause begin slowly each time: ten segments, then growing again. */
export const tcpSlowStartStall = defineDetector({
  id: 'tcp-slow-start-stall',
  severity: 'notice',
  references: ['RFC 6928', 'RFC 2861', 'RFC 7661'],
  needs: ['handshake', 'both_directions'],
  detect({ signs }, { slow_start_rtt_ms, slow_start_restarts }) {
    return signs.pauses.flatMap(flow => {
      const rtt_ms = flow.initialRtt_ms ?? 0;
      if (rtt_ms < slow_start_rtt_ms) return [];
      return ([0, 1] as const).flatMap(from => {
        const { restarts, lastDataFrame, firstDataTs, lastDataTs } = flow.sides[from];
        if (restarts < slow_start_restarts) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          count: restarts,
          firstTs: firstDataTs,
          lastTs: lastDataTs,
          evidence: [{ packet: lastDataFrame, ts: lastDataTs, role: 'last_data' }],
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            restarts,
            rtt_ms,
            threshold: slow_start_restarts,
          },
        };
      });
    });
  },
  text: {
    en: {
      title: 'Slow start after every pause',
      summary: ({ sender, receiver, restarts }) =>
        `${plural(restarts, 'burst')} of ${sender} to ${receiver} began with the window of a new connection after a pause.`,
      advice: () => [
        'On servers with long-lived connections set tcp_slow_start_after_idle=0.',
        'Check that the application writes large pieces, and fast enough.',
      ],
    },
    'zh-CN': {
      title: '每次停顿后重新慢启动',
      summary: ({ sender, receiver, restarts }) =>
        `${sender} 发往 ${receiver} 的 ${restarts} 次突发在停顿后都从新连接的窗口开始。`,
      advice: () => ['对使用长连接的服务器设置 tcp_slow_start_after_idle=0。', '检查应用程序是否以足够大的块、足够快地写入。'],
    },
  },
});

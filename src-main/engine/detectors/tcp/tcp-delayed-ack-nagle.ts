import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { at, ms, plural } from '../words';

/** Small writes that wait for the delayed ACK of the one before: 40 to 200 ms lost each time. */
export const tcpDelayedAckNagle = defineDetector({
  id: 'tcp-delayed-ack-nagle',
  severity: 'notice',
  references: ['RFC 1122 §4.2.3.2', 'RFC 896'],
  needs: ['tcp_both_ways', 'both_directions'],
  detect({ signs }, { held_segments }) {
    return signs.pauses.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { held, firstDataTs, lastDataTs } = flow.sides[from];
        const wait_ms = held.total_ms / held.count;
        // Where the path alone takes that long nothing was held back.
        if (held.count < held_segments || wait_ms < (flow.initialRtt_ms ?? 0) + 30) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        const share = held.total_ms / 1000 / Math.max(0.001, lastDataTs - firstDataTs);
        return {
          flow,
          severity: share >= 0.3 ? 'warning' : 'notice',
          count: held.count,
          firstTs: firstDataTs,
          lastTs: lastDataTs,
          evidence: ofFrames(held.frames, 'held_segment'),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            times: held.count,
            mean_wait_ms: wait_ms,
            total_ms: held.total_ms,
            share_of_time: share,
            threshold: held_segments,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Small writes wait for delayed ACKs',
      summary: ({ sender, receiver, times, mean_wait_ms }) =>
        `${sender} held back a small segment to ${receiver} ${plural(times, 'time')}, ${ms(mean_wait_ms)} each, until an ACK came.`,
      advice: () => ['Set TCP_NODELAY at the sender, or write a request in one piece.'],
    },
    'zh-CN': {
      title: '小写入等待延迟确认',
      summary: ({ sender, receiver, times, mean_wait_ms }) =>
        `${sender} 发往 ${receiver} 的小段有 ${times} 次被扣留到 ACK 到达，平均 ${ms(mean_wait_ms)}。`,
      advice: () => ['在发送方设置 TCP_NODELAY，或一次写入完整请求。'],
    },
  },
});

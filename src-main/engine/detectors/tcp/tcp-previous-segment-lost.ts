import { defineDetector } from '../detector';
import { at, bytes, plural } from '../words';

/** A hole that nobody filled must have had the time to be filled. */
const WAIT_S = 1;

/** Bytes that never came, neither late nor again, and that the receiver never acknowledged. */
export const tcpPreviousSegmentLost = defineDetector({
  id: 'tcp-previous-segment-lost',
  severity: 'warning',
  references: ['RFC 9293 §3.8'],
  needs: ['tcp_both_ways'],
  detect({ signs, endTs }) {
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { gaps } = flow.sides[from];
        const receiverSide = flow.sides[from === 0 ? 1 : 0];
        const open = flow.bothWays
          ? gaps.kept.filter(({ filled, acked, ts }) => !filled && !acked && receiverSide.lastTs > ts && endTs - ts >= WAIT_S)
          : [];
        if (open.length === 0) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          count: open.length,
          evidence: open.map(gap => ({
            packet: gap.frame,
            ts: gap.ts,
            role: 'after_the_hole',
            fields: { missing_bytes: gap.bytes },
          })),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            holes: open.length,
            missing_bytes: open.reduce((sum, gap) => sum + gap.bytes, 0),
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Data lost for good',
      summary: ({ sender, receiver, holes, missing_bytes }) =>
        `${bytes(missing_bytes)} of ${sender} never reached ${receiver} (${plural(holes, 'hole')}): not sent again, not acknowledged.`,
      advice: () => [
        'See how the connection ended: the sender gave up, or its retransmissions went another way than past this capture.',
      ],
    },
    'zh-CN': {
      title: '数据彻底丢失',
      summary: ({ sender, receiver, holes, missing_bytes }) =>
        `${sender} 发往 ${receiver} 的 ${bytes(missing_bytes)} 数据始终未到达（${holes} 处空洞）：既未重传也未被确认。`,
      advice: () => ['查看连接如何结束：发送方已放弃，或重传没有经过抓包点。'],
    },
  },
});

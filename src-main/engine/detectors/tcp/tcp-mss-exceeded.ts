import { defineDetector } from '../detector';
import { at } from '../words';

/** The largest payload of an Ethernet frame: more was joined by a network card. */
const ETHERNET_PAYLOAD = 1460;

/** Segments larger than the receiver said it takes. */
export const tcpMssExceeded = defineDetector({
  id: 'tcp-mss-exceeded',
  severity: 'notice',
  references: ['RFC 9293 §3.7.1'],
  needs: ['handshake'],
  detect({ signs, context }) {
    return signs.large.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { maxLength, maxLengthFrame } = flow.sides[from];
        const { mss } = flow.sides[from === 0 ? 1 : 0];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        const isOffload = maxLength > ETHERNET_PAYLOAD || context.ownAddresses.includes(sender.ip);
        if (mss === null || maxLength <= mss || isOffload) return [];
        return {
          flow,
          firstTs: flow.firstTs,
          lastTs: flow.lastTs,
          evidence: [{ packet: maxLengthFrame, ts: Number.NaN, role: 'large_segment', fields: { 'tcp.len': maxLength } }],
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            mss,
            segment_bytes: maxLength,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Segments larger than allowed',
      summary: ({ sender, receiver, mss, segment_bytes }) =>
        `${sender} sent segments of ${segment_bytes} bytes to ${receiver}, which takes ${mss}.`,
      advice: () => ['Something on the way changed the MSS option in one direction only, or the sender ignores it.'],
    },
    'zh-CN': {
      title: '报文段超过允许尺寸',
      summary: ({ sender, receiver, mss, segment_bytes }) =>
        `${sender} 向只接受 ${mss} 字节的 ${receiver} 发送了 ${segment_bytes} 字节的段。`,
      advice: () => ['路径上的设备只修改了一个方向的 MSS 选项，或发送方忽略了该选项。'],
    },
  },
});

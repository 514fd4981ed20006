import { defineDetector } from '../detector';
import { at, percent, plural } from '../words';

const MIN_PACKETS = 100;

/** Holes in the numbers that WireGuard, DTLS and IPsec put on their datagrams: loss that can be counted without a key. */
export const udpLoss = defineDetector({
  id: 'udp-loss',
  severity: 'notice',
  references: ['WireGuard protocol: counter', 'RFC 9147 §4', 'RFC 3948'],
  needs: ['udp'],
  detect({ udp }, { rtp_loss_notice, rtp_loss_warning }) {
    return udp.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { numbered, firstFrame, lastFrame, firstTs, lastTs } = flow.sides[from];
        if (!numbered || numbered.received < MIN_PACKETS || numbered.lost < 2) return [];
        const share = numbered.lost / (numbered.received + numbered.lost);
        if (share < rtp_loss_notice) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          about: String(from),
          count: numbered.lost,
          severity: share >= rtp_loss_warning ? ('warning' as const) : ('notice' as const),
          firstTs,
          lastTs,
          evidence: [
            { packet: firstFrame, ts: firstTs, role: 'first' },
            ...numbered.gapFrames.map(packet => ({ packet, ts: Number.NaN, role: 'after_a_hole' })),
            { packet: lastFrame, ts: lastTs, role: 'last' },
          ],
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            protocol: numbered.protocol,
            lost: numbered.lost,
            received: numbered.received,
            share,
            threshold_share: rtp_loss_notice,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Loss in a tunnel or UDP stream',
      summary: ({ sender, receiver, protocol, lost, received, share }) =>
        `${plural(lost, 'datagram')} of ${received + lost} (${percent(share)}) from ${sender} to ${receiver} are missing, by the numbers of ${protocol}.`,
      advice: () => ['The loss is between the sender and this capture: look at the uplink, Wi-Fi and rate limits for UDP.'],
    },
    'zh-CN': {
      title: '隧道或 UDP 流丢包',
      summary: ({ sender, receiver, protocol, lost, received, share }) =>
        `根据 ${protocol} 的序号，${sender} 发往 ${receiver} 的 ${received + lost} 个数据报中缺失 ${lost} 个（${percent(share)}）。`,
      advice: () => ['丢包发生在发送方与抓包点之间：检查上行链路、Wi-Fi 以及对 UDP 的限速。'],
    },
  },
});

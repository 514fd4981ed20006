import { defineDetector, type EvidencePacket } from '../detector';
import { at, ms, plural } from '../words';

/** A steady stream (game, call, video) that stops for a moment and goes on. */
export const udpStall = defineDetector({
  id: 'udp-stall',
  severity: 'warning',
  references: ['ITU-T G.1010'],
  needs: ['udp'],
  detect({ udp }, { udp_stall_ms }) {
    return udp.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { stalls, packets } = flow.sides[from];
        const kept = stalls.kept.filter(({ lasted_ms }) => lasted_ms >= udp_stall_ms);
        if (kept.length === 0) return [];
        const other = flow.sides[from === 0 ? 1 : 0];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        return {
          flow,
          count: stalls.count,
          severity: stalls.count >= 2 || stalls.longest_ms >= 1000 ? ('warning' as const) : ('notice' as const),
          evidence: kept.flatMap(({ fromFrame, frame, ts, lasted_ms }): EvidencePacket[] => [
            { packet: fromFrame, ts: ts - lasted_ms / 1000, role: 'before_the_stall' },
            { packet: frame, ts, role: 'after_the_stall', fields: { gap_ms: lasted_ms } },
          ]),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            stalls: stalls.count,
            longest_ms: stalls.longest_ms,
            total_ms: stalls.total_ms,
            packets,
            other_way_stalls: other.stalls.count,
            threshold_ms: udp_stall_ms,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'UDP stream stalls',
      summary: ({ sender, receiver, stalls, longest_ms }) =>
        `The steady stream from ${sender} to ${receiver} stopped ${plural(stalls, 'time')}, up to ${ms(longest_ms)}.`,
      advice: ({ other_way_stalls }) => [
        other_way_stalls > 0
          ? 'Both directions stalled: look at Wi-Fi (roaming, scanning), power saving or the link itself.'
          : 'One direction stalled: look at its sender, and at queues and loss on the way.',
      ],
    },
    'zh-CN': {
      title: 'UDP 流卡顿',
      summary: ({ sender, receiver, stalls, longest_ms }) =>
        `${sender} 到 ${receiver} 的稳定数据流中断 ${stalls} 次，最长 ${ms(longest_ms)}。`,
      advice: ({ other_way_stalls }) => [
        other_way_stalls > 0
          ? '双向均卡顿：检查 Wi-Fi（漫游、扫描）、省电或链路本身。'
          : '单向卡顿：检查发送方，以及途中的排队和丢包。',
      ],
    },
  },
});

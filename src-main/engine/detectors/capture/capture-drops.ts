import { defineDetector } from '../detector';
import { percent, plural } from '../words';

const MIN_SEGMENTS = 200;

/** Packets that what captured lost itself: what looks like loss may be this. */
export const captureDrops = defineDetector({
  id: 'capture-drops',
  severity: 'warning',
  references: ['pcapng: isb_ifdrop, isb_osdrop', 'packet(7): PACKET_STATISTICS'],
  needs: ['packets'],
  detect({ dropped, packets, signs, tcpSegments, startTs, endTs }, { drops_warning, drops_notice_unseen, drops_critical }) {
    const counted = (dropped.kernel ?? 0) + (dropped.interface ?? 0);
    const share = counted / Math.max(1, packets + counted);
    // Acknowledged by the other end, so it was on the wire, and is not in the capture.
    const unseen = signs.flagged
      .filter(({ bothWays }) => bothWays)
      .reduce(
        (sum, { sides }) => sum + sides[0].gaps.acked + sides[1].gaps.acked + sides[0].ackLostSegments + sides[1].ackLostSegments,
        0,
      );
    const unseenShare = unseen / Math.max(1, tcpSegments);
    const isUnseen = tcpSegments >= MIN_SEGMENTS && unseen >= 3 && unseenShare > drops_notice_unseen;
    if (share <= drops_warning && !isUnseen) return [];
    return [
      {
        count: counted > 0 ? counted : unseen,
        severity: share > drops_critical || unseenShare > drops_critical ? ('critical' as const) : ('warning' as const),
        firstTs: startTs,
        lastTs: endTs,
        evidence: [],
        metrics: {
          dropped_by_kernel: dropped.kernel,
          dropped_by_interface: dropped.interface,
          dropped: counted,
          share,
          segments_unseen: unseen,
          unseen_share: unseenShare,
          packets,
          threshold_share: drops_warning,
        },
      },
    ];
  },
  text: {
    en: {
      title: 'The capture lost packets',
      summary: ({ dropped, share, segments_unseen }) =>
        dropped > 0
          ? `${plural(dropped, 'packet')} (${percent(share)}) were lost while capturing.`
          : `${plural(segments_unseen, 'segment')} that arrived at the other end are not in the capture.`,
      advice: () => [
        'Capture with a larger buffer, a smaller snap length or a tighter filter, and write to a fast disk. Findings about loss are doubtful until then.',
      ],
    },
    'zh-CN': {
      title: '抓包丢失了数据包',
      summary: ({ dropped, share, segments_unseen }) =>
        dropped > 0
          ? `抓包过程中丢失了 ${dropped} 个数据包（${percent(share)}）。`
          : `${segments_unseen} 个已到达对端的报文段不在抓包中。`,
      advice: () => ['使用更大的缓冲区、更小的抓包长度或更严格的过滤器，并写入高速磁盘。在此之前，与丢包有关的结论都不可靠。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofSighting } from '../evidence';
import { at, percent, plural } from '../words';

/** One at the end of a flow is a tail loss probe (RFC 8985). */
const MIN_COUNT = 2;

/** Data that had arrived is sent again, by the ACK before it or by the receiver's D-SACK: ACKs were late or lost. */
export const tcpSpuriousRetransmission = defineDetector({
  id: 'tcp-spurious-retransmission',
  severity: 'notice',
  references: ['RFC 2883', 'RFC 8985'],
  needs: ['tcp_both_ways'],
  detect({ signs }, { spurious_warning, retransmission_min_segments }) {
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { spuriousRetransmissions, spuriousCopies, lateSpurious, dataSegments } = flow.sides[from];
        const seen = spuriousRetransmissions - spuriousCopies - lateSpurious;
        // A segment may show in both: the greater number is certain.
        const { twice } = flow.sides[from === 0 ? 1 : 0];
        const count = Math.max(seen, twice.count);
        if (count < MIN_COUNT) return [];
        const note = flow.note('spuriousRetransmission');
        const own = note ? [...note.first, note.last].filter(sighting => sighting.from === from) : [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        const rate = count / Math.max(1, dataSegments);
        const isMuch = rate > spurious_warning && dataSegments >= retransmission_min_segments && count >= 3;
        return {
          flow,
          severity: isMuch ? 'warning' : 'notice',
          count,
          evidence: [
            ...own.flatMap(sighting => ofSighting(sighting, 'spurious_retransmission')),
            ...twice.frames.map(({ frame, ts }) => ({ packet: frame, ts, role: 'dsack' })),
          ],
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            spurious: count,
            dsacks: twice.count,
            rate,
            data_segments: dataSegments,
            threshold_rate: spurious_warning,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Needless retransmissions',
      summary: ({ sender, receiver, spurious, dsacks, rate }) =>
        dsacks === spurious
          ? `${receiver} got ${plural(spurious, 'segment')} of ${sender} twice, by its own words (${percent(rate)}).`
          : `${sender} sent ${plural(spurious, 'segment')} to ${receiver} again that had been acknowledged (${percent(rate)}).`,
      advice: () => ['ACKs come late or are lost: look at the way back, at a full uplink (bufferbloat), and for reordering.'],
    },
    'zh-CN': {
      title: '不必要的重传',
      summary: ({ sender, receiver, spurious, dsacks, rate }) =>
        dsacks === spurious
          ? `${receiver} 报告收到两次 ${sender} 的 ${spurious} 个段（${percent(rate)}）。`
          : `${sender} 重传了 ${spurious} 个 ${receiver} 已确认的段（${percent(rate)}）。`,
      advice: () => ['ACK 迟到或丢失：检查返回路径、占满的上行链路（bufferbloat）以及乱序。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofSighting } from '../evidence';
import { at, percent, plural } from '../words';

/** Segments that overtook each other. */
export const tcpOutOfOrder = defineDetector({
  id: 'tcp-out-of-order',
  severity: 'notice',
  references: ['RFC 4737'],
  needs: ['tcp'],
  detect({ signs }, { out_of_order_notice, out_of_order_warning, retransmission_min_segments }) {
    return signs.flagged.flatMap(flow =>
      ([0, 1] as const).flatMap(from => {
        const { outOfOrder: flagged, outOfOrderResent, lateSpurious, lateRetransmissions, dataSegments } = flow.sides[from];
        const outOfOrder = flagged - outOfOrderResent + lateSpurious + lateRetransmissions;
        const rate = outOfOrder / dataSegments;
        if (outOfOrder < 2 || dataSegments < retransmission_min_segments || rate < out_of_order_notice) return [];
        const note = flow.note('outOfOrder');
        const own = note ? [...note.first, note.last].filter(sighting => sighting.from === from) : [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        const isMuch = rate >= out_of_order_warning && outOfOrder >= 3;
        return {
          flow,
          severity: isMuch || lateSpurious > 0 ? 'warning' : 'notice',
          count: outOfOrder,
          evidence: own.flatMap(sighting => ofSighting({ ...sighting, value: 0 }, 'out_of_order')),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            out_of_order: outOfOrder,
            data_segments: dataSegments,
            rate,
            needless_retransmissions: lateSpurious,
            threshold_rate: out_of_order_notice,
          },
        };
      }),
    );
  },
  text: {
    en: {
      title: 'Segments out of order',
      summary: ({ sender, receiver, out_of_order, data_segments, rate }) =>
        `${plural(out_of_order, 'segment')} of ${data_segments} from ${sender} to ${receiver} came out of order (${percent(rate)}).`,
      advice: () => [
        'Look for load balancing packet by packet, aggregated links, several queues of a card, or Wi-Fi block acknowledgement.',
      ],
    },
    'zh-CN': {
      title: '报文段乱序',
      summary: ({ sender, receiver, out_of_order, data_segments, rate }) =>
        `${sender} 发往 ${receiver} 的 ${data_segments} 个段中有 ${out_of_order} 个乱序（${percent(rate)}）。`,
      advice: () => ['检查逐包负载均衡、链路聚合、网卡多队列或 Wi-Fi 块确认。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofSighting } from '../evidence';
import { at, plural } from '../words';

/** The window in which a retransmission counts as fast (Wireshark). */
const FAST_MS = 20;

/** Losses that were mended in about one round trip: usual under congestion control, worth a look in numbers only. */
export const tcpFastRetransmission = defineDetector({
  id: 'tcp-fast-retransmission',
  severity: 'notice',
  references: ['RFC 5681 §3.2'],
  needs: ['tcp_both_ways'],
  detect({ signs }) {
    return signs.flagged.flatMap(flow => {
      const note = flow.note('fastRetransmission');
      if (!note) return [];
      const { a, b, sides, initialRtt_ms } = flow;
      const from = note.worst.from;
      const [sender, receiver] = from === 0 ? [a, b] : [b, a];
      const near = (sides[from].rtt?.min_ms ?? 0) * 4 < (initialRtt_ms ?? 0);
      return {
        flow,
        count: note.count,
        evidence: [...note.first, note.last].flatMap(sighting => ofSighting(sighting, 'fast_retransmission')),
        metrics: {
          sender: at(sender.ip, sender.port),
          receiver: at(receiver.ip, receiver.port),
          fast_retransmissions: note.count,
          data_segments: sides[from].dataSegments,
        },
        caveats: (initialRtt_ms ?? 0) > FAST_MS && near ? (['near_receiver'] as const) : [],
      };
    });
  },
  text: {
    en: {
      title: 'Fast retransmissions',
      summary: ({ sender, receiver, fast_retransmissions, data_segments }) =>
        `${sender} sent ${plural(fast_retransmissions, 'segment')} of ${data_segments} to ${receiver} again after duplicate ACKs.`,
      advice: () => ['Single losses are how TCP finds the rate of a path: nothing to do as long as the rate is small.'],
    },
    'zh-CN': {
      title: '快速重传',
      summary: ({ sender, receiver, fast_retransmissions, data_segments }) =>
        `${sender} 在收到重复 ACK 后重传了发往 ${receiver} 的 ${data_segments} 个段中的 ${fast_retransmissions} 个。`,
      advice: () => ['个别丢包是 TCP 探测路径速率的正常方式：比例很小时无需处理。'],
    },
  },
});

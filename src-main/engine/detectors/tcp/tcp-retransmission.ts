import { defineDetector, type Severity } from '../detector';
import { ofSighting } from '../evidence';
import { at, ms, percent, plural } from '../words';

/** Segments that had to be sent again: rate, the worst stall, and where the loss is. */
export const tcpRetransmission = defineDetector({
  id: 'tcp-retransmission',
  severity: 'notice',
  references: ['RFC 6298', 'RFC 1122 §4.2.3.5'],
  needs: ['tcp'],
  detect({ signs }, limits) {
    return signs.flagged.flatMap(flow => {
      const note = flow.note('retransmission');
      if (!note) return [];
      const sightings = [...note.first, note.worst, note.last].filter(({ length }) => length > 0);
      return ([0, 1] as const).flatMap(from => {
        const side = flow.sides[from];
        if (side.retransmittedBytes === 0) return [];
        const control = Math.max(0, side.syns - 1) + Math.max(0, side.fins - 1);
        // A segment that was overtaken was sent again needlessly: that is disorder, not loss.
        const needless = side.copies + side.lateRetransmissions + side.lateSpurious;
        const flagged = side.retransmissions - side.spuriousRetransmissions - control;
        const lost = flagged + side.outOfOrderResent - needless;
        const own = sightings.filter(sighting => sighting.from === from);
        if (lost <= 0 || own.length === 0) return [];
        const rate = lost / side.dataSegments;
        const times = Math.max(0, ...side.repeats.map(repeat => repeat.times));
        const stall_ms = Math.max(0, ...own.map(({ value }) => value));
        const severity = severityOf(lost, side.dataSegments, rate, times, stall_ms);
        if (severity === null) return [];
        const [sender, receiver] = from === 0 ? [flow.a, flow.b] : [flow.b, flow.a];
        // A copy after a hole: the original never came here. Else both were seen, and it was lost behind this point.
        const where = side.lostSegments > 0 && side.gaps.filled * 2 >= lost ? 'before' : 'after';
        return {
          flow,
          severity,
          count: lost,
          evidence: own.flatMap(sighting => ofSighting(sighting, 'retransmission')),
          metrics: {
            sender: at(sender.ip, sender.port),
            receiver: at(receiver.ip, receiver.port),
            retransmissions: lost,
            data_segments: side.dataSegments,
            rate,
            bytes: side.retransmittedBytes,
            worst_stall_ms: stall_ms,
            most_repeats_of_one_segment: times,
            lost_where: where,
            threshold_rate: limits.retransmission_notice,
          },
        };
      });
    });

    /** Single losses are judged by what they cost, rates only when there is something to count. */
    function severityOf(lost: number, segments: number, rate: number, times: number, stall_ms: number): Severity | null {
      const { retransmission_min_segments, retransmission_same_segment, retransmission_stall_ms } = limits;
      const counts = segments >= retransmission_min_segments;
      if (times >= retransmission_same_segment || stall_ms >= retransmission_stall_ms) return 'critical';
      if (counts && rate >= limits.retransmission_critical && lost >= 3) return 'critical';
      if (counts && rate >= limits.retransmission_warning && lost >= 2) return 'warning';
      return counts && rate >= limits.retransmission_notice ? 'notice' : null;
    }
  },
  text: {
    en: {
      title: 'Retransmissions',
      summary: ({ sender, receiver, retransmissions, data_segments, rate, worst_stall_ms }) =>
        `${sender} had to send ${plural(retransmissions, 'segment')} of ${data_segments} to ${receiver} again (${percent(rate)}); the longest wait was ${ms(worst_stall_ms)}.`,
      advice: ({ lost_where, sender, receiver }) => [
        lost_where === 'after'
          ? `Both copies were captured: the loss is between here and ${receiver}, or ACKs are lost on the way back.`
          : `The first copies never came here: the loss is between ${sender} and here.`,
        'Look at the error counters of the interfaces, at Wi-Fi, cable and duplex; then at a link or a rate limit that is full.',
        'If only large segments repeat, look for an MTU that is too small on the way.',
      ],
    },
    'zh-CN': {
      title: '重传',
      summary: ({ sender, receiver, retransmissions, data_segments, rate, worst_stall_ms }) =>
        `${sender} 发往 ${receiver} 的 ${data_segments} 个段中有 ${retransmissions} 个需要重传（${percent(rate)}）；最长等待 ${ms(worst_stall_ms)}。`,
      advice: ({ lost_where, sender, receiver }) => [
        lost_where === 'after'
          ? `两份拷贝都被抓到：丢包发生在此处与 ${receiver} 之间，或返回的 ACK 丢失。`
          : `首份拷贝未到达此处：丢包发生在 ${sender} 与此处之间。`,
        '查看网卡错误计数、Wi-Fi、网线与双工设置；再检查是否链路占满或限速。',
        '如果只有大段重复，请检查路径上是否有过小的 MTU。',
      ],
    },
  },
});

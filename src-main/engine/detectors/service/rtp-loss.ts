import { defineDetector } from '../detector';
import { percent, plural } from '../words';
import { RTP_MIN_PACKETS, rtpStream } from './rtp-streams';

/** Holes in the sequence numbers of a call or video. */
export const rtpLoss = defineDetector({
  id: 'rtp-loss',
  severity: 'notice',
  references: ['RFC 3550 §6.4.1', 'ITU-T G.1050'],
  needs: ['rtp'],
  detect(facts, { rtp_loss_notice, rtp_loss_warning }) {
    return facts.rtp.flatMap(row => {
      const share = row.lost / (row.packets + row.lost);
      if (row.packets < RTP_MIN_PACKETS || row.lost < 2 || share < rtp_loss_notice) return [];
      const { ends, ...stream } = rtpStream(facts, row);
      return {
        ...stream,
        count: row.lost,
        severity: share >= rtp_loss_warning ? ('warning' as const) : ('notice' as const),
        metrics: {
          ...ends,
          lost: row.lost,
          packets: row.packets,
          share,
          payload_type: row.payload_type,
          threshold_share: rtp_loss_notice,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Loss in a media stream',
      summary: ({ sender, receiver, lost, packets, share }) =>
        `${plural(lost, 'packet')} of ${packets + lost} are missing in the stream from ${sender} to ${receiver} (${percent(share)}).`,
      advice: () => ['Above 1 % speech breaks up: look at Wi-Fi, at the uplink, and mark and queue voice before other traffic.'],
    },
    'zh-CN': {
      title: '媒体流丢包',
      summary: ({ sender, receiver, lost, packets, share }) =>
        `${sender} 到 ${receiver} 的媒体流 ${packets + lost} 个数据包中缺失 ${lost} 个（${percent(share)}）。`,
      advice: () => ['超过 1 % 语音会断续：检查 Wi-Fi 和上行链路，并为语音设置优先级。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ms } from '../words';
import { RTP_MIN_PACKETS, rtpStream } from './rtp-streams';

/** Packets of a call or video that come unevenly. */
export const rtpJitter = defineDetector({
  id: 'rtp-jitter',
  severity: 'notice',
  references: ['RFC 3550 §6.4.1', 'ITU-T G.114'],
  needs: ['rtp'],
  detect(facts, { rtp_jitter_notice_ms, rtp_jitter_warning_ms }) {
    return facts.rtp.flatMap(row => {
      const jitter_ms = row.jitter_ms ?? 0;
      if (row.packets < RTP_MIN_PACKETS || jitter_ms < rtp_jitter_notice_ms) return [];
      const { ends, ...stream } = rtpStream(facts, row);
      return {
        ...stream,
        severity: jitter_ms >= rtp_jitter_warning_ms ? ('warning' as const) : ('notice' as const),
        metrics: {
          ...ends,
          jitter_ms,
          max_jitter_ms: row.max_jitter_ms,
          packets: row.packets,
          threshold_ms: rtp_jitter_notice_ms,
        },
      };
    });
  },
  text: {
    en: {
      title: 'Jitter in a media stream',
      summary: ({ sender, receiver, jitter_ms }) => `The stream from ${sender} to ${receiver} has a jitter of ${ms(jitter_ms)}.`,
      advice: () => ['Buffers of phones cover about 30 to 60 ms: look for queues (bufferbloat) and Wi-Fi on the way.'],
    },
    'zh-CN': {
      title: '媒体流抖动',
      summary: ({ sender, receiver, jitter_ms }) => `${sender} 到 ${receiver} 的媒体流抖动为 ${ms(jitter_ms)}。`,
      advice: () => ['话机缓冲约可覆盖 30 至 60 毫秒：检查途中的排队（bufferbloat）和 Wi-Fi。'],
    },
  },
});

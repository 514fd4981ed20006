import { defineDetector } from '../detector';
import { percent, plural } from '../words';

/** Broadcast and multicast that fill the network; a frame that goes round and round is a loop. */
export const broadcastStorm = defineDetector({
  id: 'broadcast-storm',
  severity: 'warning',
  references: ['IEEE 802.1D'],
  needs: ['packets'],
  detect({ broadcast, packets, startTs, endTs }, limits) {
    const { frames, stormSeconds, peakPerSecond, peakFrame, peakTs, senders, loop } = broadcast;
    const share = frames / packets;
    const mean = frames / Math.max(1, endTs - startTs);
    const isLoop = loop.repeats >= limits.loop_repeats && peakPerSecond >= limits.broadcast_share_rate;
    const isStorm = stormSeconds >= limits.broadcast_s;
    const isMuch = share >= limits.broadcast_share && mean >= limits.broadcast_share_rate && endTs - startTs >= 1;
    if (!isLoop && !isStorm && !isMuch) return [];
    const [busiest] = senders;
    return [
      {
        source: busiest?.mac,
        count: frames,
        severity: isLoop ? ('critical' as const) : ('warning' as const),
        firstTs: startTs,
        lastTs: endTs,
        evidence: [
          { packet: peakFrame, ts: peakTs, role: 'peak' },
          ...(isLoop ? [{ packet: loop.frame, ts: loop.ts, role: 'same_frame_again' }] : []),
        ],
        metrics: {
          frames,
          share,
          peak_per_second: peakPerSecond,
          busiest: busiest?.mac ?? '',
          busiest_frames: busiest?.frames ?? 0,
          loop: isLoop,
          repeats_of_one_frame: loop.repeats,
          threshold_per_s: limits.broadcast_rate,
        },
      },
    ];
  },
  text: {
    en: {
      title: 'Broadcast storm',
      summary: ({ frames, share, peak_per_second, busiest, loop, repeats_of_one_frame }) =>
        loop
          ? `The same frame came ${repeats_of_one_frame} times within a second (up to ${peak_per_second} broadcasts a second): a loop of switches.`
          : `${plural(frames, 'frame')} (${percent(share)}) go to everybody, up to ${peak_per_second} a second; most of them from ${busiest}.`,
      advice: () => ['Find the port on which they come in and unplug it; enable spanning tree and storm control.'],
    },
    'zh-CN': {
      title: '广播风暴',
      summary: ({ frames, share, peak_per_second, busiest, loop, repeats_of_one_frame }) =>
        loop
          ? `同一帧在一秒内出现 ${repeats_of_one_frame} 次（每秒最多 ${peak_per_second} 个广播）：交换机存在环路。`
          : `${frames} 个帧（${percent(share)}）发往所有主机，每秒最多 ${peak_per_second} 个，主要来自 ${busiest}。`,
      advice: () => ['找到其进入的端口并拔除；启用生成树和风暴抑制。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';

const RING = 30;

/** Far more ARP than a network needs. */
export const arpStorm = defineDetector({
  id: 'arp-storm',
  severity: 'warning',
  references: ['Wireshark: arp.packet-storm-detected'],
  needs: ['arp'],
  detect({ arp }, { arp_rate, arp_rate_s }) {
    const { storms, busySeconds, peakPerSecond, senders } = arp;
    if (storms.count === 0 && busySeconds < arp_rate_s) return [];
    const busiest = [...senders].sort((one, other) => other.requests - one.requests)[0];
    return [
      {
        source: busiest?.mac,
        count: Math.max(1, storms.count),
        firstTs: storms.firstTs,
        lastTs: storms.lastTs,
        evidence: ofFrames(storms.frames, 'arp_request'),
        metrics: {
          peak_per_second: peakPerSecond,
          busy_seconds: busySeconds,
          busiest: busiest?.mac ?? '',
          busiest_requests: busiest?.requests ?? 0,
          threshold_per_100_ms: RING,
          threshold_per_s: arp_rate,
        },
      },
    ];
  },
  text: {
    en: {
      title: 'ARP storm',
      summary: ({ peak_per_second, busiest, busiest_requests }) =>
        `Up to ${peak_per_second} ARP packets in a second; ${busiest} alone asked ${busiest_requests} times.`,
      advice: () => ['Look for a loop between switches, a scanner, or a failover that goes back and forth.'],
    },
    'zh-CN': {
      title: 'ARP 风暴',
      summary: ({ peak_per_second, busiest, busiest_requests }) =>
        `每秒最多 ${peak_per_second} 个 ARP 报文；仅 ${busiest} 就请求了 ${busiest_requests} 次。`,
      advice: () => ['检查交换机环路、扫描工具，或反复切换的主备设备。'],
    },
  },
});

import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';

/** A machine that announces itself again and again. */
export const arpGratuitousStorm = defineDetector({
  id: 'arp-gratuitous-storm',
  severity: 'warning',
  references: ['RFC 5227 §3'],
  needs: ['arp'],
  detect({ arp }, { gratuitous_arp }) {
    return arp.senders
      .filter(({ gratuitousBurst }) => gratuitousBurst > gratuitous_arp)
      .map(({ mac, ip, gratuitous, gratuitousBurst, burstFrames }) => ({
        about: mac,
        source: mac,
        count: gratuitous,
        evidence: ofFrames(burstFrames, 'gratuitous_arp'),
        metrics: { mac, ip, announcements: gratuitous, in_ten_seconds: gratuitousBurst, threshold: gratuitous_arp },
      }));
  },
  text: {
    en: {
      title: 'Many gratuitous ARPs',
      summary: ({ mac, ip, in_ten_seconds }) => `${mac} announced ${ip} ${in_ten_seconds} times within ten seconds.`,
      advice: () => ['A failover that goes back and forth, two machines that defend one address, or a spoofing tool.'],
    },
    'zh-CN': {
      title: '大量免费 ARP',
      summary: ({ mac, ip, in_ten_seconds }) => `${mac} 在十秒内宣告 ${ip} 达 ${in_ten_seconds} 次。`,
      advice: () => ['主备反复切换、两台机器争用同一地址，或欺骗工具。'],
    },
  },
});

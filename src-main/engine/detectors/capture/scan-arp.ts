import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { plural } from '../words';

/** A machine asks for every address of its network. */
export const scanArp = defineDetector({
  id: 'scan-arp',
  severity: 'warning',
  references: ['RFC 826'],
  needs: ['arp'],
  detect({ arp, context }, { scan_arp_targets, scan_window_s }) {
    return arp.senders
      .filter(({ targetsBurst }) => targetsBurst >= scan_arp_targets)
      .map(({ mac, ip, targetsBurst, targetFrames, requests }) => {
        const isOwn = context.ownAddresses.includes(ip);
        return {
          about: mac,
          source: ip,
          count: requests,
          severity: isOwn ? ('notice' as const) : ('warning' as const),
          evidence: ofFrames(targetFrames, 'arp_request'),
          metrics: { scanner: ip, mac, targets: targetsBurst, requests, window_s: scan_window_s, threshold: scan_arp_targets },
          caveats: isOwn ? (['own_tool'] as const) : [],
        };
      });
  },
  text: {
    en: {
      title: 'ARP scan',
      summary: ({ scanner, mac, targets }) =>
        `${scanner} (${mac}) asked for ${plural(targets, 'address', 'addresses')} within ten seconds.`,
      advice: () => [
        'Usual for discovery tools and for routers whose network is swept from outside; otherwise look at that machine.',
      ],
    },
    'zh-CN': {
      title: 'ARP 扫描',
      summary: ({ scanner, mac, targets }) => `${scanner}（${mac}）在十秒内查询了 ${targets} 个地址。`,
      advice: () => ['发现工具，或从外部被扫描的网络的路由器常会如此；否则请检查该机器。'],
    },
  },
});

import { defineDetector } from '../detector';
import { contested, isVirtualMac } from './claims';

/** Two machines use one IPv4 address. */
export const arpDuplicateIp = defineDetector({
  id: 'arp-duplicate-ip',
  severity: 'warning',
  references: ['RFC 5227'],
  needs: ['arp'],
  detect({ arp, context }, { arp_conflict_s }) {
    return contested(arp, arp_conflict_s).flatMap(({ ip, first, second, isBack }) => {
      // A failover moves an address once, and its virtual address says so.
      if (!isBack || isVirtualMac(first.mac) || isVirtualMac(second.mac)) return [];
      const isOurs = context.gateways.includes(ip) || context.ownAddresses.includes(ip);
      return {
        about: ip,
        source: ip,
        count: first.count + second.count,
        severity: isOurs ? ('critical' as const) : ('warning' as const),
        firstTs: first.firstTs,
        lastTs: Math.max(first.lastTs, second.lastTs),
        evidence: [first, second].flatMap(claim => [
          {
            packet: claim.firstFrame,
            ts: claim.firstTs,
            role: 'claim',
            fields: { 'arp.src.hw_mac': claim.mac, 'arp.src.proto_ipv4': ip },
          },
          {
            packet: claim.lastFrame,
            ts: claim.lastTs,
            role: 'last_claim',
            fields: { 'arp.src.hw_mac': claim.mac, 'arp.src.proto_ipv4': ip },
          },
        ]),
        metrics: {
          target: ip,
          mac: first.mac,
          other_mac: second.mac,
          claims: first.count,
          other_claims: second.count,
          window_s: arp_conflict_s,
        },
      };
    });
  },
  text: {
    en: {
      title: 'IP address used twice',
      summary: ({ target, mac, other_mac }) => `${target} is claimed by ${mac} and by ${other_mac}.`,
      advice: () => [
        'Find both machines by their hardware addresses (table of the switch) and give one another address; look for a static address inside the DHCP pool.',
      ],
    },
    'zh-CN': {
      title: 'IP 地址冲突',
      summary: ({ target, mac, other_mac }) => `${target} 同时被 ${mac} 和 ${other_mac} 使用。`,
      advice: () => ['通过 MAC 地址（交换机地址表）找到两台机器并修改其一；检查 DHCP 地址池内的静态地址。'],
    },
  },
});

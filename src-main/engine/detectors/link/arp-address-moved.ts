import { defineDetector } from '../detector';
import { contested, isVirtualMac } from './claims';

/** An address went from one machine to another, and the first is silent since. */
export const arpAddressMoved = defineDetector({
  id: 'arp-address-moved',
  severity: 'notice',
  references: ['RFC 5227', 'RFC 9568'],
  needs: ['arp'],
  detect({ arp }, { arp_conflict_s }) {
    return contested(arp, arp_conflict_s).flatMap(({ ip, first, second, isBack }) => {
      const isVirtual = isVirtualMac(first.mac) || isVirtualMac(second.mac);
      if (isBack && !isVirtual) return [];
      return {
        about: ip,
        source: ip,
        firstTs: first.lastTs,
        lastTs: second.firstTs,
        evidence: [
          { packet: first.lastFrame, ts: first.lastTs, role: 'old_owner', fields: { 'arp.src.hw_mac': first.mac } },
          { packet: second.firstFrame, ts: second.firstTs, role: 'new_owner', fields: { 'arp.src.hw_mac': second.mac } },
        ],
        metrics: { target: ip, mac: first.mac, other_mac: second.mac, virtual: isVirtual },
      };
    });
  },
  text: {
    en: {
      title: 'IP address moved to another machine',
      summary: ({ target, mac, other_mac }) => `${target} moved from ${mac} to ${other_mac}.`,
      advice: ({ virtual }) => [
        virtual
          ? 'A failover of a virtual router (VRRP, HSRP): expected if one of them was switched.'
          : 'A failover, a new lease or a replaced machine; if nobody knows of it, look closer.',
      ],
    },
    'zh-CN': {
      title: 'IP 地址转移到另一台机器',
      summary: ({ target, mac, other_mac }) => `${target} 从 ${mac} 转移到 ${other_mac}。`,
      advice: ({ virtual }) => [
        virtual ? '虚拟路由器（VRRP、HSRP）切换：若确有切换则属正常。' : '主备切换、新租约或更换机器；若无人知晓，请进一步检查。',
      ],
    },
  },
});

import { defineDetector } from '../detector';
import { ofFrames } from '../evidence';
import { isVirtualMac } from './claims';

const UNSOLICITED = 3;
const WINDOW_S = 60;
const MANY_ADDRESSES = 5;

/** Somebody answers for the gateway, or for everybody, without being asked. */
export const arpSpoofingSuspected = defineDetector({
  id: 'arp-spoofing-suspected',
  severity: 'critical',
  references: ['RFC 826', 'RFC 5227'],
  needs: ['arp'],
  detect({ arp, context }) {
    const forGateway = arp.claims
      .filter(({ ip }) => context.gateways.includes(ip))
      .flatMap(({ ip, claims }) => {
        const [owner, ...others] = [...claims].sort((one, other) => one.firstTs - other.firstTs);
        return others
          .filter(
            ({ unsolicited, firstTs, lastTs, mac }) =>
              owner !== undefined &&
              unsolicited >= UNSOLICITED &&
              lastTs - firstTs <= WINDOW_S &&
              owner.lastTs >= firstTs &&
              !isVirtualMac(mac),
          )
          .map(claim => ({ mac: claim.mac, addresses: [ip], claims: [claim], kind: 'gateway' as const }));
      });
    const byMac = new Map<string, { ip: string; claim: (typeof arp.claims)[number]['claims'][number] }[]>();
    for (const { ip, claims } of arp.claims) {
      for (const claim of claims) {
        if (claim.unsolicited === 0 || isVirtualMac(claim.mac)) continue;
        const known = byMac.get(claim.mac);
        if (known) known.push({ ip, claim });
        else byMac.set(claim.mac, [{ ip, claim }]);
      }
    }
    const forMany = [...byMac].flatMap(([mac, owned]) => {
      const times = owned.map(({ claim }) => claim.firstTs);
      const within = Math.max(...times) - Math.min(...times) <= WINDOW_S;
      // It takes addresses of others: at least one of them is also claimed by somebody else.
      const contests = owned.some(({ ip }) => (arp.claims.find(entry => entry.ip === ip)?.claims.length ?? 0) > 1);
      return owned.length >= MANY_ADDRESSES && within && contests
        ? [{ mac, addresses: owned.map(({ ip }) => ip), claims: owned.map(({ claim }) => claim), kind: 'many' as const }]
        : [];
    });
    return [...forGateway, ...forMany].map(({ mac, addresses, claims, kind }) => ({
      about: addresses.length === 1 ? addresses[0] : mac,
      source: mac,
      confidence: 'medium' as const,
      count: claims.reduce((sum, { unsolicited }) => sum + unsolicited, 0),
      firstTs: Math.min(...claims.map(({ firstTs }) => firstTs)),
      lastTs: Math.max(...claims.map(({ lastTs }) => lastTs)),
      evidence: claims.flatMap(({ frames }) => ofFrames(frames.slice(0, 4), 'claim', { 'arp.src.hw_mac': mac })),
      metrics: {
        mac,
        kind,
        addresses: addresses.length,
        address: addresses[0] ?? '',
        replies: claims.reduce((sum, { unsolicited }) => sum + unsolicited, 0),
      },
      caveats: ['many_reasons'] as const,
    }));
  },
  text: {
    en: {
      title: 'ARP spoofing suspected',
      summary: ({ mac, kind, addresses, address, replies }) =>
        kind === 'gateway'
          ? `${mac} claims the gateway ${address} in ${replies} unasked replies, while another machine has it.`
          : `${mac} claims ${addresses} addresses in ${replies} unasked replies.`,
      advice: () => ['Find the machine by its hardware address and disconnect it; enable dynamic ARP inspection on the switch.'],
    },
    'zh-CN': {
      title: '疑似 ARP 欺骗',
      summary: ({ mac, kind, addresses, address, replies }) =>
        kind === 'gateway'
          ? `${mac} 在 ${replies} 个主动应答中声称拥有网关 ${address}，而另一台机器正在使用它。`
          : `${mac} 在 ${replies} 个主动应答中声称拥有 ${addresses} 个地址。`,
      advice: () => ['通过 MAC 地址找到该机器并断开；在交换机上启用动态 ARP 检测。'],
    },
  },
});

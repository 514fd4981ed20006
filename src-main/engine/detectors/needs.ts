import type { Language } from '@shared/text/index';
import type { CaptureFacts } from './facts';

interface Need {
  met(facts: CaptureFacts): boolean;
  en: string;
  'zh-CN': string;
}

const has = (facts: CaptureFacts, ...protocols: string[]): boolean =>
  protocols.some(name => (facts.protocols.get(name) ?? 0) > 0);

/** What a rule needs in the capture, and what is said when it is not there. */
const NEEDS = {
  packets: { met: facts => facts.packets > 0, en: 'the capture holds no packets', 'zh-CN': '抓包中没有数据包' },
  tcp: { met: facts => facts.tcp.length > 0, en: 'no TCP traffic', 'zh-CN': '没有 TCP 流量' },
  tcp_both_ways: {
    met: facts => facts.tcp.some(flow => flow.bothWays),
    en: 'no TCP connection with both directions in the capture',
    'zh-CN': '没有包含双向数据的 TCP 连接',
  },
  handshake: {
    met: facts => facts.tcp.some(flow => flow.syns.length > 0),
    en: 'no TCP handshake in the capture',
    'zh-CN': '抓包中没有 TCP 握手',
  },
  udp: { met: facts => facts.udp.length > 0, en: 'no UDP traffic', 'zh-CN': '没有 UDP 流量' },
  dns: {
    met: facts => facts.dns.some(row => row.proto === 'dns'),
    en: 'no clear-text DNS (it may be encrypted)',
    'zh-CN': '没有明文 DNS（可能已加密）',
  },
  http: {
    met: facts => facts.http.length > 0,
    en: 'no clear-text HTTP (it may be encrypted)',
    'zh-CN': '没有明文 HTTP（可能已加密）',
  },
  tls: { met: facts => facts.tls.length > 0, en: 'no TLS handshake in the capture', 'zh-CN': '抓包中没有 TLS 握手' },
  certificate: {
    met: facts => facts.tls.some(row => row.certificate !== null),
    en: 'no certificate in clear text (TLS 1.3 encrypts it)',
    'zh-CN': '没有明文证书（TLS 1.3 会加密证书）',
  },
  icmp: { met: facts => has(facts, 'icmp', 'icmpv6'), en: 'no ICMP traffic', 'zh-CN': '没有 ICMP 流量' },
  ip: { met: facts => has(facts, 'ip', 'ipv6'), en: 'no IP traffic', 'zh-CN': '没有 IP 流量' },
  ipv6: { met: facts => has(facts, 'ipv6'), en: 'no IPv6 traffic', 'zh-CN': '没有 IPv6 流量' },
  arp: { met: facts => facts.arp.packets > 0, en: 'no ARP traffic', 'zh-CN': '没有 ARP 流量' },
  dhcp: { met: facts => facts.dhcp.length > 0, en: 'no DHCP traffic', 'zh-CN': '没有 DHCP 流量' },
  ntp: { met: facts => facts.ntp.length > 0, en: 'no NTP traffic', 'zh-CN': '没有 NTP 流量' },
  quic: { met: facts => facts.quic.length > 0, en: 'no QUIC handshake in the capture', 'zh-CN': '抓包中没有 QUIC 握手' },
  rtp: { met: facts => facts.rtp.length > 0, en: 'no RTP stream in the capture', 'zh-CN': '抓包中没有 RTP 流' },
  stp: { met: facts => facts.bridge.messages > 0, en: 'no spanning tree messages', 'zh-CN': '没有生成树报文' },
  checksums: { met: facts => facts.checksums.checked > 0, en: 'no whole packets to verify', 'zh-CN': '没有可校验的完整数据包' },
  both_directions: {
    met: facts => !isAsymmetric(facts),
    en: 'the capture holds one direction only',
    'zh-CN': '抓包中只有一个方向',
  },
} as const satisfies Record<string, Need>;

export type NeedId = keyof typeof NEEDS;

/** Why a rule cannot be judged, in every language; null when it can. */
export function unmet(needs: readonly NeedId[], facts: CaptureFacts): Readonly<Record<Language, string>> | null {
  const missing = needs.find(need => !NEEDS[need].met(facts));
  return missing === undefined ? null : NEEDS[missing];
}

/** Flows with data whose other direction is not there: half of ten and more. */
export function isAsymmetric({ signs }: CaptureFacts): boolean {
  return signs.withData >= 10 && signs.oneWay.length * 2 >= signs.withData;
}

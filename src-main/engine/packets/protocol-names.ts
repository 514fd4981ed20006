/**
 * The protocols a frame is counted for, by the short names of Wireshark 4.4 (frame.protocols). A frame counts once for
 * each, however often its stack holds it.
 */
export const PROTOCOL_NAMES = [
  // link
  'eth',
  'llc',
  'vlan',
  'ieee8021ad',
  'mpls',
  'pppoed',
  'pppoes',
  'ppp',
  'lcp',
  'pap',
  'chap',
  'ipcp',
  'ipv6cp',
  'sll',
  'null',
  'raw',
  'radiotap',
  'prism',
  'ppi',
  'wlan_radio',
  'wlan',
  'chdlc',
  'nflog',
  'pktap',
  'pflog',
  'vsock',
  'dbus',
  'stp',
  'lldp',
  'cdp',
  'slarp',
  'loop',
  'eapol',
  'arp',
  // network
  'ip',
  'ipv6',
  'ipv6.hopopts',
  'ipv6.routing',
  'ipv6.dstopts',
  'icmp',
  'icmpv6',
  'igmp',
  'ah',
  'esp',
  'gre',
  'erspan',
  'ospf',
  'pim',
  'vrrp',
  'eigrp',
  'l2tp',
  'ipcomp',
  'etherip',
  'rsvp',
  // transport and tunnels in it
  'tcp',
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'vxlan',
  'geneve',
  'gtp',
  'teredo',
  'udpencap',
  'isakmp',
  'wg',
  'openvpn',
  // application
  'dns',
  'mdns',
  'llmnr',
  'nbns',
  'nbdgm',
  'nbss',
  'smb',
  'smb2',
  'dhcp',
  'dhcpv6',
  'ntp',
  'http',
  'http2',
  'grpc',
  'websocket',
  'tls',
  'dtls',
  'quic',
  'ssh',
  'telnet',
  'ftp',
  'ftp-data',
  'smtp',
  'pop',
  'imap',
  'sip',
  'sdp',
  'rtp',
  'rtcp',
  'stun',
  'mqtt',
  'pgsql',
  'mysql',
  'resp',
  'ldap',
  'snmp',
  'ssdp',
  'syslog',
  'tftp',
  'radius',
  'bgp',
  'rip',
  'hsrp',
  'kerberos',
  'rdp',
  'vnc',
  'amqp',
  'cassandra',
  'kafka',
  'mongo',
  'memcache',
  'socks',
  'ipp',
  'rtsp',
  'xmpp',
  'irc',
  'nfs',
  'rpc',
  'bittorrent',
  'bt-dht',
  'cflow',
  'sflow',
  'data',
] as const; // literal names: Protocol indexes them

export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

/** The number of a protocol: its place in PROTOCOL_NAMES. */
export type Protocol = number & { readonly protocol: unique symbol };

/** Numbers by name, so that hot paths count by array index. */
export const PROTOCOL = Object.fromEntries(PROTOCOL_NAMES.map((name, number) => [name, number])) as Record<
  ProtocolName,
  Protocol
>; // fromEntries loses the names, and numbers are branded here only

/** Counts frames by protocol, each frame once for each protocol. */
export class ProtocolCounts {
  readonly frames = new Uint32Array(PROTOCOL_NAMES.length);
  readonly bytes = new Float64Array(PROTOCOL_NAMES.length);
  #lastFrame = new Float64Array(PROTOCOL_NAMES.length);
  /** Wire length of the frame that is being decoded, set by the decoder. */
  frameLength = 0;

  count(protocol: Protocol, frame: number): void {
    if (this.#lastFrame[protocol] === frame) return;
    this.#lastFrame[protocol] = frame;
    this.frames[protocol] = (this.frames[protocol] ?? 0) + 1;
    this.bytes[protocol] = (this.bytes[protocol] ?? 0) + this.frameLength;
  }

  /** Frames by name, most first; protocols that never came are left out. */
  toRecord(): Record<string, number> {
    const counted = PROTOCOL_NAMES.map((name, number) => [name, this.frames[number] ?? 0] as const).filter(([, n]) => n > 0);
    return Object.fromEntries(counted.sort(([, a], [, b]) => b - a));
  }
}

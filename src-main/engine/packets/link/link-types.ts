import type { Decoder } from '../decoder';
import { decodeIpv4 } from '../network/ipv4';
import { decodeIpv6 } from '../network/ipv6';
import { PROTOCOL } from '../protocol-names';
import { decodeEthernet, decodeEthertype, decodeLlc } from './ethernet';
import { decodePpp } from './ppp';
import { decodePpi, decodePrism, decodeRadiotap, decodeWlan } from './wlan';

type Link = (d: Decoder, at: number, end: number, wireEnd: number) => void;

/**
 * Link types that are read, by their LINKTYPE_ number (www.tcpdump.org/linktypes.html) and the DLT_ numbers that some
 * systems wrote instead. Packets of others are counted, not decoded.
 */
const LINKS: ReadonlyMap<number, { name: string; decode: Link }> = new Map([
  [0, { name: 'BSD loopback', decode: decodeNull }],
  [1, { name: 'Ethernet', decode: decodeEthernet }],
  [9, { name: 'PPP', decode: decodePpp }],
  [12, { name: 'Raw IP', decode: decodeRaw }],
  [14, { name: 'Raw IP', decode: decodeRaw }],
  [50, { name: 'PPP with HDLC framing', decode: decodePpp }],
  [51, { name: 'PPPoE', decode: decodePppoe }],
  [101, { name: 'Raw IP', decode: decodeRaw }],
  [104, { name: 'Cisco HDLC', decode: decodeHdlc }],
  [105, { name: '802.11', decode: decodeWlan }],
  [108, { name: 'OpenBSD loopback', decode: decodeNull }],
  [109, { name: 'OpenBSD encapsulated', decode: decodeEnc }],
  [113, { name: 'Linux cooked v1', decode: decodeCooked }],
  [117, { name: 'OpenBSD packet filter log', decode: decodePflog }],
  [119, { name: '802.11 with Prism header', decode: decodePrism }],
  [127, { name: '802.11 with radiotap', decode: decodeRadiotap }],
  [166, { name: 'PPP with direction', decode: (d, at, end, wireEnd) => decodePpp(d, at + 1, end, wireEnd) }],
  [192, { name: 'Per-packet information', decode: decodePpi }],
  [228, { name: 'Raw IPv4', decode: decodeIpv4 }],
  [229, { name: 'Raw IPv6', decode: decodeIpv6 }],
  [231, { name: 'D-Bus', decode: d => d.count(PROTOCOL.dbus) }],
  [239, { name: 'Linux netfilter log', decode: decodeNflog }],
  [258, { name: 'Apple pktap', decode: decodePktap }],
  [271, { name: 'Virtual sockets', decode: d => d.count(PROTOCOL.vsock) }],
  [276, { name: 'Linux cooked v2', decode: decodeCooked2 }],
]);

/** The name of a link type; null for one whose packets are not read. */
export function linkTypeName(linkType: number): string | null {
  return LINKS.get(linkType)?.name ?? null;
}

export function decodeLink(d: Decoder, linkType: number, at: number, end: number, wireEnd: number): void {
  if (linkType === 1) decodeEthernet(d, at, end, wireEnd);
  else LINKS.get(linkType)?.decode(d, at, end, wireEnd);
}

/** IPv4 or IPv6 by the first four bits. */
export function decodeIp(d: Decoder, at: number, end: number, wireEnd: number): void {
  const version = (d.bytes[at] ?? 0) >>> 4;
  if (at >= end) return;
  if (version === 4) decodeIpv4(d, at, end, wireEnd);
  else if (version === 6) decodeIpv6(d, at, end, wireEnd);
  else d.data();
}

function decodeRaw(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.raw);
  decodeIp(d, at, end, wireEnd);
}

/** Address families of the BSDs and Darwin for IPv6. */
const AF_INET6 = new Set([10, 23, 24, 28, 30]);

/** Four bytes of address family, in the byte order of the machine that captured. */
function decodeNull(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.null);
  if (at + 4 > end) return;
  const { bytes } = d;
  const little = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const family = (bytes[at + 3] ?? 0) | ((bytes[at + 2] ?? 0) << 8) || little;
  if (family === 2) decodeIpv4(d, at + 4, end, wireEnd);
  else if (AF_INET6.has(family)) decodeIpv6(d, at + 4, end, wireEnd);
  else d.data();
}

const ARPHRD_NETLINK = 824;

function decodeCooked(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.sll);
  if (at + 16 > end) return;
  d.packetType = d.u16(at);
  if (d.u16(at + 2) === ARPHRD_NETLINK) return;
  cookedPayload(d, d.u16(at + 14), at + 16, end, wireEnd);
}

function decodeCooked2(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.sll);
  if (at + 20 > end) return;
  d.packetType = d.bytes[at + 10] ?? 0;
  if (d.u16(at + 8) === ARPHRD_NETLINK) return;
  cookedPayload(d, d.u16(at), at + 20, end, wireEnd);
}

/** Values under 1536 are frames without ethertype: 4 is 802.2. */
function cookedPayload(d: Decoder, protocol: number, at: number, end: number, wireEnd: number): void {
  if (protocol === 4) decodeLlc(d, at, end, wireEnd);
  else if (protocol >= 1536) decodeEthertype(d, protocol, at, end, wireEnd);
  else d.data();
}

function decodePppoe(d: Decoder, at: number, end: number, wireEnd: number): void {
  decodeEthertype(d, 0x8864, at, end, wireEnd);
}

function decodeHdlc(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.chdlc);
  if (at + 4 > end) return;
  const protocol = d.u16(at + 2);
  if (protocol === 0x8035) d.count(PROTOCOL.slarp);
  else if (protocol === 0x2000) d.count(PROTOCOL.cdp);
  else decodeEthertype(d, protocol, at + 4, end, wireEnd);
}

function decodeEnc(d: Decoder, at: number, end: number, wireEnd: number): void {
  decodeIp(d, at + 12, end, wireEnd);
}

function decodePflog(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.pflog);
  const length = ((d.bytes[at] ?? 0) + 3) & ~3;
  if (length < 4 || at + length > end) return;
  decodeIp(d, at + length, end, wireEnd);
}

const NFULA_PAYLOAD = 9;

/** Attributes of netfilter's log, in the byte order of the machine: the payload is an IP packet. */
function decodeNflog(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.nflog);
  const { bytes } = d;
  const family = bytes[at] ?? 0;
  let next = at + 4;
  while (next + 4 <= end) {
    const little = (bytes[next] ?? 0) | ((bytes[next + 1] ?? 0) << 8);
    const big = d.u16(next);
    const isLittle = next + little <= wireEnd && little >= 4 && (bytes[next + 3] ?? 0) === 0;
    const length = isLittle ? little : big;
    const type = isLittle ? (bytes[next + 2] ?? 0) : (bytes[next + 3] ?? 0);
    if (length < 4) return;
    if (type === NFULA_PAYLOAD) {
      const stop = Math.min(end, next + length);
      if (family === 2) decodeIpv4(d, next + 4, stop, next + length);
      else if (family === 10) decodeIpv6(d, next + 4, stop, next + length);
      return;
    }
    next += (length + 3) & ~3;
  }
}

/** A header of its own length, little-endian, then a packet of the link type it names. */
function decodePktap(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.pktap);
  if (at + 12 > end || !d.enter()) return;
  const { bytes } = d;
  const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  const linkType = (bytes[at + 8] ?? 0) | ((bytes[at + 9] ?? 0) << 8);
  if (length < 12 || at + length > end) return;
  decodeLink(d, linkType, at + length, end, wireEnd);
}

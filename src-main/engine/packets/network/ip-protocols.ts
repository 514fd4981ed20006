import type { Decoder } from '../decoder';
import { decodeEthernet, decodeEthertype, decodeMpls } from '../link/ethernet';
import { decodeIp } from '../link/link-types';
import { decodePpp } from '../link/ppp';
import { PROTOCOL } from '../protocol-names';
import { decodeIpv4 } from './ipv4';
import { decodeIpv6 } from './ipv6';

const { tcp: TCP, udp: UDP } = PROTOCOL;

/** What an IP packet carries, by its protocol number (IANA). */
export function decodeIpPayload(d: Decoder, protocol: number, at: number, end: number, wireEnd: number): void {
  switch (protocol) {
    case 6:
      d.count(TCP);
      d.sink.tcp(d, at, end, wireEnd);
      return;
    case 17:
      d.count(UDP);
      d.sink.udp(d, at, end, wireEnd);
      return;
    case 1:
      d.count(PROTOCOL.icmp);
      d.sink.icmp(d, at, end, wireEnd);
      return;
    case 58:
      d.count(PROTOCOL.icmpv6);
      d.sink.icmp6(d, at, end, wireEnd);
      return;
    case 2:
      d.count(PROTOCOL.igmp);
      return;
    case 4:
      decodeIpv4(d, at, end, wireEnd);
      return;
    case 41:
      decodeIpv6(d, at, end, wireEnd);
      return;
    case 47:
      decodeGre(d, at, end, wireEnd);
      return;
    case 50:
      d.count(PROTOCOL.esp);
      return;
    case 51:
      decodeAh(d, at, end, wireEnd);
      return;
    case 132:
      d.count(PROTOCOL.sctp);
      return;
    case 137:
      decodeMpls(d, at, end, wireEnd);
      return;
    case 97:
      d.count(PROTOCOL.etherip);
      if (at + 2 <= end && d.enter()) decodeEthernet(d, at + 2, end, wireEnd);
      return;
    case 59: // no next header
      return;
    default: {
      const name = COUNTED.get(protocol);
      if (name === undefined) d.data();
      else d.count(name);
    }
  }
}

const COUNTED = new Map([
  [33, PROTOCOL.dccp],
  [46, PROTOCOL.rsvp],
  [88, PROTOCOL.eigrp],
  [89, PROTOCOL.ospf],
  [103, PROTOCOL.pim],
  [108, PROTOCOL.ipcomp],
  [112, PROTOCOL.vrrp],
  [115, PROTOCOL.l2tp],
  [136, PROTOCOL.udplite],
]);

/** RFC 4302: the payload is not encrypted. */
function decodeAh(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.ah);
  if (at + 12 > end || !d.enter()) return;
  const length = ((d.bytes[at + 1] ?? 0) + 2) * 4;
  if (at + length <= end) decodeIpPayload(d, d.bytes[at] ?? 0, at + length, end, wireEnd);
}

/** RFC 2784 with keys and sequence numbers (RFC 2890), and version 1 of PPTP (RFC 2637). */
function decodeGre(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.gre);
  if (at + 4 > end || !d.enter()) return;
  const flags = d.u16(at);
  const type = d.u16(at + 2);
  let next = at + 4;
  const sequence = (flags & 0x1000) !== 0;
  if ((flags & 0xc000) !== 0) next += 4; // checksum or routing
  if ((flags & 0x2000) !== 0) next += 4; // key
  if (sequence) next += 4;
  if ((flags & 7) === 1 && (flags & 0x0080) !== 0) next += 4; // acknowledgement of PPTP
  if ((flags & 0x4000) !== 0) {
    while (next + 4 <= end && (d.bytes[next + 3] ?? 0) !== 0) next += 4 + (d.bytes[next + 3] ?? 0);
    next += 4;
  }
  if (next >= end) return;
  if (type === 0x88be || type === 0x22eb) decodeErspan(d, type, sequence, next, end, wireEnd);
  else if (type === 0x880b) decodePpp(d, next, end, wireEnd);
  else decodeEthertype(d, type, next, end, wireEnd);
}

/** Mirrored frames: version I without a header of its own, II with 8 bytes, III with 12 or 20. */
function decodeErspan(d: Decoder, type: number, sequence: boolean, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.erspan);
  let next = at;
  if (type === 0x22eb) next += ((d.bytes[at + 11] ?? 0) & 1) === 1 ? 20 : 12;
  else if (sequence) next += 8;
  if (next + 14 <= end && d.enter()) decodeEthernet(d, next, end, wireEnd);
}

/** Tunnels inside UDP. @returns true when the payload was one */
export function decodeUdpTunnel(d: Decoder, sport: number, dport: number, at: number, end: number, wireEnd: number): boolean {
  const port = TUNNEL_PORTS.has(dport) ? dport : TUNNEL_PORTS.has(sport) ? sport : 0;
  const { bytes } = d;
  switch (port) {
    case 4789: // VXLAN, RFC 7348
    case 8472:
      if (port === 8472 && (bytes[at] ?? 0) !== 0x08) return false;
      d.count(PROTOCOL.vxlan);
      if (at + 8 + 14 <= end && d.enter()) decodeEthernet(d, at + 8, end, wireEnd);
      return true;
    case 6081: {
      d.count(PROTOCOL.geneve); // RFC 8926
      const header = 8 + ((bytes[at] ?? 0) & 0x3f) * 4;
      if (at + header <= end && d.enter()) decodeEthertype(d, d.u16(at + 2), at + header, end, wireEnd);
      return true;
    }
    case 2152:
      decodeGtp(d, at, end, wireEnd);
      return true;
    case 6635:
      decodeMpls(d, at, end, wireEnd);
      return true;
    case 3544:
      return decodeTeredo(d, at, end, wireEnd);
    case 4500:
      d.count(PROTOCOL.udpencap);
      if (end - at >= 4) d.count(d.u32(at) === 0 ? PROTOCOL.isakmp : PROTOCOL.esp);
      return true;
    case 1701:
      d.count(PROTOCOL.l2tp);
      return true;
    default:
      return false;
  }
}

const TUNNEL_PORTS = new Set([4789, 8472, 6081, 2152, 6635, 3544, 4500, 1701]);

/** GTP version 1, user plane (3GPP TS 29.281): a user's packet behind 8 bytes, options and extensions. */
function decodeGtp(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.gtp);
  if (at + 8 > end || d.bytes[at + 1] !== 0xff || !d.enter()) return;
  const flags = d.bytes[at] ?? 0;
  let next = at + 8;
  if ((flags & 7) !== 0) {
    next += 4;
    let extension = (flags & 4) !== 0 ? (d.bytes[next - 1] ?? 0) : 0;
    for (let i = 0; extension !== 0 && next < end && i < 8; i++) {
      const length = (d.bytes[next] ?? 0) * 4;
      if (length === 0) return;
      extension = d.bytes[next + length - 1] ?? 0;
      next += length;
    }
  }
  if (next < end) decodeIp(d, next, end, wireEnd);
}

/** RFC 4380: IPv6 in UDP, behind optional authentication and origin. */
export function decodeTeredo(d: Decoder, at: number, end: number, wireEnd: number): boolean {
  let next = at;
  if (next + 13 <= end && d.u16(next) === 0x0001) {
    next += 4 + (d.bytes[next + 2] ?? 0) + (d.bytes[next + 3] ?? 0) + 9;
  }
  if (next + 8 <= end && d.u16(next) === 0x0000) next += 8;
  if (next + 40 > end || (d.bytes[next] ?? 0) >>> 4 !== 6) return false;
  d.count(PROTOCOL.teredo);
  if (d.enter()) decodeIpv6(d, next, end, wireEnd);
  return true;
}

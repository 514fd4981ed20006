import type { Decoder } from '../decoder';
import { decodeIpv4 } from '../network/ipv4';
import { decodeIpv6 } from '../network/ipv6';
import { PROTOCOL } from '../protocol-names';
import { decodeIp } from './link-types';
import { decodePpp } from './ppp';

const { eth: ETH, vlan: VLAN } = PROTOCOL;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** Lengths of 802.3 frames end here; ethertypes begin at 0x600. */
const MAX_LENGTH = 1500;

export function decodeEthernet(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(ETH);
  if (at + 14 > end) {
    d.malformed = true;
    return;
  }
  d.macAt = at;
  const type = d.u16(at + 12);
  if (type === IPV4) decodeIpv4(d, at + 14, end, wireEnd);
  else if (type <= MAX_LENGTH) decodeLength(d, type, at + 14, end, wireEnd);
  else decodeEthertype(d, type, at + 14, end, wireEnd);
}

/** An 802.3 frame: its length field cuts the padding off. */
function decodeLength(d: Decoder, length: number, at: number, end: number, wireEnd: number): void {
  if (d.u16(at) === 0xffff) {
    d.data(); // Novell's raw frames
    return;
  }
  decodeLlc(d, at, Math.min(end, at + length), Math.min(wireEnd, at + length));
}

export function decodeEthertype(d: Decoder, type: number, at: number, end: number, wireEnd: number): void {
  switch (type) {
    case IPV4:
      decodeIpv4(d, at, end, wireEnd);
      return;
    case IPV6:
      decodeIpv6(d, at, end, wireEnd);
      return;
    case 0x0806:
      d.count(PROTOCOL.arp);
      if (!d.quoted) d.sink.arp(d, at, end);
      return;
    case 0x8100:
    case 0x9100:
    case 0x9200:
    case 0x9300:
      d.count(VLAN);
      decodeTag(d, at, end, wireEnd, true);
      return;
    case 0x88a8:
      d.count(PROTOCOL.ieee8021ad);
      decodeTag(d, at, end, wireEnd, false);
      return;
    case 0x8847:
    case 0x8848:
      decodeMpls(d, at, end, wireEnd);
      return;
    case 0x8863:
      d.count(PROTOCOL.pppoed);
      return;
    case 0x8864:
      decodePppoeSession(d, at, end, wireEnd);
      return;
    case 0x880b:
      decodePpp(d, at, end, wireEnd);
      return;
    case 0x6558:
      if (d.enter()) decodeEthernet(d, at, end, wireEnd);
      return;
    case 0x8909: // Cisco metadata: eight bytes, the ethertype first inside GRE, last elsewhere
      if (at + 8 <= end && d.enter()) {
        const inGre = d.u16(at);
        decodeEthertype(d, inGre >= 1536 ? inGre : d.u16(at + 6), at + 8, end, wireEnd);
      }
      return;
    case 0x88cc:
      d.count(PROTOCOL.lldp);
      return;
    case 0x888e:
      d.count(PROTOCOL.eapol);
      return;
    case 0x9000:
      d.count(PROTOCOL.loop);
      return;
    case 0x2000:
      d.count(PROTOCOL.cdp);
      return;
    default:
      d.data();
  }
}

/** The tag of 802.1Q or 802.1ad, then an ethertype or a length. */
function decodeTag(d: Decoder, at: number, end: number, wireEnd: number, counted: boolean): void {
  if (at + 4 > end || !d.enter()) return;
  if (counted) d.vlans.add(d.u16(at) & 0x0fff);
  const type = d.u16(at + 2);
  if (type <= MAX_LENGTH) decodeLength(d, type, at + 4, end, wireEnd);
  else decodeEthertype(d, type, at + 4, end, wireEnd);
}

/** Labels until the bottom of the stack, then what the first four bits say; a control word begins with 0. */
export function decodeMpls(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.mpls);
  let next = at;
  for (let labels = 0; next + 4 <= end && labels < 16; labels++) {
    const bottom = ((d.bytes[next + 2] ?? 0) & 1) === 1;
    next += 4;
    if (!bottom) continue;
    if (next >= end || !d.enter()) return;
    const first = (d.bytes[next] ?? 0) >>> 4;
    if (first === 4 || first === 6) decodeIp(d, next, end, wireEnd);
    else if (first === 0 && next + 4 + 14 <= end) decodeEthernet(d, next + 4, end, wireEnd);
    else d.data();
    return;
  }
}

function decodePppoeSession(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.pppoes);
  if (at + 6 > end) return;
  const stop = at + 6 + d.u16(at + 4);
  decodePpp(d, at + 6, Math.min(end, stop), Math.min(wireEnd, stop));
}

/** Logical link control; SNAP carries an ethertype or a protocol of its organisation. */
export function decodeLlc(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.llc);
  if (at + 3 > end || !d.enter()) return;
  const { bytes } = d;
  const target = bytes[at] ?? 0;
  const control = bytes[at + 2] ?? 0;
  const next = at + ((control & 3) === 3 ? 3 : 4);
  if (target === 0xaa && bytes[at + 1] === 0xaa && next + 5 <= end) {
    const organisation = ((bytes[next] ?? 0) << 16) | d.u16(next + 1);
    const type = d.u16(next + 3);
    if (organisation === 0 || organisation === 0xf8) decodeEthertype(d, type, next + 5, end, wireEnd);
    else if (organisation === 0x00000c && type === 0x2000) d.count(PROTOCOL.cdp);
    else if (organisation === 0x00000c && (type === 0x010b || type === 0x010c)) d.count(PROTOCOL.stp);
    else d.data();
  } else if (target === 0x42) {
    d.count(PROTOCOL.stp);
    d.sink.bridge(d, next, end);
  } else if (target === 0x06) decodeIpv4(d, next, end, wireEnd);
  else d.data();
}

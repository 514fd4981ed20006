import type { Decoder } from '../decoder';
import { decodeIpv4 } from '../network/ipv4';
import { decodeIpv6 } from '../network/ipv6';
import { PROTOCOL } from '../protocol-names';
import { decodeMpls } from './ethernet';

/** PPP (RFC 1661), with or without address and control field, protocol field compressed or not. */
export function decodePpp(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.ppp);
  if (at >= end || !d.enter()) return;
  const { bytes } = d;
  let next = bytes[at] === 0xff && bytes[at + 1] === 0x03 ? at + 2 : at;
  const short = ((bytes[next] ?? 0) & 1) === 1;
  const protocol = short ? (bytes[next] ?? 0) : d.u16(next);
  next += short ? 1 : 2;
  if (next > end) return;
  switch (protocol) {
    case 0x0021:
      decodeIpv4(d, next, end, wireEnd);
      return;
    case 0x0057:
      decodeIpv6(d, next, end, wireEnd);
      return;
    case 0x0281:
    case 0x0283:
      decodeMpls(d, next, end, wireEnd);
      return;
    case 0xc021:
      d.count(PROTOCOL.lcp);
      return;
    case 0xc023:
      d.count(PROTOCOL.pap);
      return;
    case 0xc223:
      d.count(PROTOCOL.chap);
      return;
    case 0x8021:
      d.count(PROTOCOL.ipcp);
      return;
    case 0x8057:
      d.count(PROTOCOL.ipv6cp);
      return;
    default:
      d.data();
  }
}

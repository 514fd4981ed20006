import type { Decoder } from '../decoder';
import { PROTOCOL } from '../protocol-names';
import { decodeIpPayload } from './ip-protocols';
import { decodeFragment } from './ipv4';

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION = 60;
const JUMBO_PAYLOAD = 0xc2;

/** RFC 8200, with its extension headers. A payload length of 0 is a jumbogram (RFC 2675), or left by offload. */
export function decodeIpv6(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.ipv6);
  const { bytes } = d;
  if (at + 40 > end || (bytes[at] ?? 0) >>> 4 !== 6 || !d.enter()) {
    d.malformed = true;
    return;
  }
  d.family = 6;
  d.source.read6(bytes, at + 8);
  d.destination.read6(bytes, at + 24);
  d.ttl = bytes[at + 7] ?? 0;
  d.ipId = 0;
  d.dontFragment = true;
  d.ipStart = at;
  const length = d.u16(at + 4);
  let stop = length === 0 ? wireEnd : Math.min(wireEnd, at + 40 + length);
  if (length > wireEnd - at - 40) d.malformed = true;
  let next = bytes[at + 6] ?? 0;
  let from = at + 40;
  for (let headers = 0; headers < 16; headers++) {
    const captured = Math.min(end, stop);
    if (next === FRAGMENT) {
      if (from + 8 > captured) break;
      const word = d.u16(from + 2);
      const fragment = {
        protocol: bytes[from] ?? 0,
        id: d.u32(from + 4),
        offset: word & 0xfff8,
        more: (word & 1) === 1,
      };
      next = fragment.protocol;
      from += 8;
      if (fragment.offset === 0 && !fragment.more) continue; // an atomic fragment (RFC 6946) is a whole packet
      d.ipProtocol = next;
      d.ipLength = stop - at;
      d.isFragment = true;
      d.ipId = fragment.id;
      if (!d.quoted) d.sink.network(d, from, stop);
      decodeFragment(d, fragment, from, captured, stop);
      return;
    }
    if (next !== HOP_BY_HOP && next !== ROUTING && next !== DESTINATION && next !== 135 && next !== 139 && next !== 140) {
      d.ipProtocol = next;
      d.ipLength = stop - at;
      if (!d.quoted) d.sink.network(d, from, stop);
      decodeIpPayload(d, next, from, captured, stop);
      return;
    }
    if (next === HOP_BY_HOP) {
      d.count(PROTOCOL['ipv6.hopopts']);
      if (length === 0 && bytes[from + 2] === JUMBO_PAYLOAD) stop = Math.min(wireEnd, at + 40 + d.u32(from + 4));
    } else if (next === ROUTING) d.count(PROTOCOL['ipv6.routing']);
    else if (next === DESTINATION) d.count(PROTOCOL['ipv6.dstopts']);
    if (from + 8 > captured) break;
    next = bytes[from] ?? 0;
    from += ((bytes[from + 1] ?? 0) + 1) * 8;
  }
  d.malformed = true;
}

import type { Decoder } from '../decoder';
import { addressText } from '../flow-key';
import { PROTOCOL } from '../protocol-names';
import { decodeIpPayload } from './ip-protocols';

const IP = PROTOCOL.ip;
const MORE_FRAGMENTS = 0x2000;

/** RFC 791. A total length of 0 is left by segmentation offload: the packet then reaches to its end. */
export function decodeIpv4(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(IP);
  const { bytes } = d;
  if (at + 20 > end || (bytes[at] ?? 0) >>> 4 !== 4 || !d.enter()) {
    d.malformed = true;
    return;
  }
  const header = ((bytes[at] ?? 0) & 15) * 4;
  const total = d.u16(at + 2);
  d.family = 4;
  d.source.read4(bytes, at + 12);
  d.destination.read4(bytes, at + 16);
  d.ttl = bytes[at + 8] ?? 0;
  d.ipId = d.u16(at + 4);
  d.ipStart = at;
  const protocol = bytes[at + 9] ?? 0;
  d.ipProtocol = protocol;
  if (header < 20 || (total !== 0 && total < header)) {
    d.malformed = true;
    return;
  }
  const stop = total === 0 ? wireEnd : Math.min(wireEnd, at + total);
  if (total > wireEnd - at) d.malformed = true;
  d.ipLength = stop - at;
  const fragment = d.u16(at + 6);
  d.dontFragment = (fragment & 0x4000) !== 0;
  const from = at + header;
  const offset = (fragment & 0x1fff) * 8;
  const more = (fragment & MORE_FRAGMENTS) !== 0;
  const captured = Math.min(end, stop);
  if (from > captured) {
    d.malformed = true;
    return;
  }
  if (offset === 0 && !more) {
    if (!d.quoted) d.sink.network(d, from, stop);
    decodeIpPayload(d, protocol, from, captured, stop);
    return;
  }
  d.isFragment = true;
  if (!d.quoted) d.sink.network(d, from, stop);
  decodeFragment(d, { protocol, id: d.ipId, offset, more }, from, captured, stop);
}

/** A piece of a datagram: the payload is decoded in the packet that completes it. */
export function decodeFragment(
  d: Decoder,
  { protocol, id, offset, more }: { protocol: number; id: number; offset: number; more: boolean },
  from: number,
  captured: number,
  stop: number,
): void {
  if (d.quoted || captured < stop) {
    // Never whole: the first piece is read for what it holds.
    if (offset === 0) decodeIpPayload(d, protocol, from, captured, stop);
    return;
  }
  const { family, source, destination, frame, time } = d;
  const whole = d.fragments.add(
    {
      family,
      source,
      destination,
      protocol,
      id,
      offset,
      more,
      frame,
      time,
      text: () => ({ src: addressText(family, source), dst: addressText(family, destination) }),
    },
    d.bytes.subarray(from, captured),
    stop - from,
  );
  if (!whole) return;
  const { bytes } = d;
  d.bytes = whole.bytes;
  d.reassembled = true;
  decodeIpPayload(d, protocol, 0, whole.total, whole.total);
  d.bytes = bytes;
}

import type { Decoder } from '../decoder';
import { PROTOCOL } from '../protocol-names';
import { decodeLlc } from './ethernet';
import { decodeLink } from './link-types';

const DATA = 2;
/** Frames of data without data: power saving only. */
const NULL_SUBTYPE = 0x4;
const QOS_SUBTYPE = 0x8;

/** IEEE 802.11: data frames that are not encrypted are followed; the rest is counted. */
export function decodeWlan(d: Decoder, at: number, end: number, wireEnd: number): void {
  wlanFrame(d, at, end, wireEnd, false);
}

function wlanFrame(d: Decoder, at: number, end: number, wireEnd: number, padded: boolean): void {
  d.count(PROTOCOL.wlan);
  if (at + 24 > end) return;
  const control = d.bytes[at] ?? 0;
  const flags = d.bytes[at + 1] ?? 0;
  const subtype = control >>> 4;
  if (((control >>> 2) & 3) !== DATA || (subtype & NULL_SUBTYPE) !== 0) return;
  let header = (flags & 3) === 3 ? 30 : 24;
  if ((subtype & QOS_SUBTYPE) !== 0) {
    header += 2;
    if ((flags & 0x80) !== 0) header += 4; // HT control
  }
  if (padded) header = (header + 3) & ~3;
  if ((flags & 0x40) !== 0) {
    d.data(); // protected
    return;
  }
  decodeLlc(d, at + header, end, wireEnd);
}

const HAS_FCS = 0x10;
const HAS_PADDING = 0x20;

/** radiotap.org: a length, presence words, then fields in a fixed order; only the flags matter here. */
export function decodeRadiotap(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.radiotap);
  if (at + 8 > end) return;
  const { bytes } = d;
  const length = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
  if (length < 8 || at + length > end) return;
  const present = bytes[at + 4] ?? 0;
  let field = at + 8;
  for (let word = at + 4; word + 4 <= at + length && ((bytes[word + 3] ?? 0) & 0x80) !== 0; word += 4) field += 4;
  if ((present & 1) !== 0) field = at + ((field - at + 7) & ~7) + 8; // the time of the MAC, aligned to 8
  const flags = (present & 2) !== 0 && field < at + length ? (bytes[field] ?? 0) : 0;
  const fcs = (flags & HAS_FCS) !== 0 ? 4 : 0;
  d.count(PROTOCOL.wlan_radio);
  const stop = wireEnd - fcs;
  wlanFrame(d, at + length, Math.min(end, stop), stop, (flags & HAS_PADDING) !== 0);
}

/** The Prism header: its length stands in its second word, in the byte order of the machine. */
export function decodePrism(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.prism);
  if (at + 144 > end) return;
  d.count(PROTOCOL.wlan_radio);
  wlanFrame(d, at + 144, end, wireEnd, false);
}

/** Per-packet information (CACE): fields, then a packet of the link type it names. */
export function decodePpi(d: Decoder, at: number, end: number, wireEnd: number): void {
  d.count(PROTOCOL.ppi);
  if (at + 8 > end || !d.enter()) return;
  const { bytes } = d;
  const length = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
  const linkType = (bytes[at + 4] ?? 0) | ((bytes[at + 5] ?? 0) << 8);
  if (length < 8 || at + length > end) return;
  if (linkType !== 105) {
    decodeLink(d, linkType, at + length, end, wireEnd);
    return;
  }
  d.count(PROTOCOL.wlan_radio);
  // Field 2 is 802.11 common; bit 0 of its flags says that the frame ends in a checksum.
  let fcs = 0;
  for (let field = at + 8; field + 4 <= at + length; ) {
    const type = (bytes[field] ?? 0) | ((bytes[field + 1] ?? 0) << 8);
    if (type === 2 && ((bytes[field + 12] ?? 0) & 1) === 1) fcs = 4;
    field += 4 + ((bytes[field + 2] ?? 0) | ((bytes[field + 3] ?? 0) << 8));
  }
  wlanFrame(d, at + length, Math.min(end, wireEnd - fcs), wireEnd - fcs, false);
}

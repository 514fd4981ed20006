import { sanitizeUntrusted } from '@shared/sanitize';

// Reading past the end gives 0: dissectors check lengths where they matter, and never throw.

export function u8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function u24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

export function u16le(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

const { latin1Slice } = Buffer.prototype;

/** One character a byte, as the wire has it: for comparing and parsing, not for showing. 70 ns, however long. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  const last = Math.min(end, bytes.length);
  return start < last ? latin1Slice.call(bytes, start, last) : '';
}

const utf8 = new TextDecoder();
const PLAIN = /^[\x20-\x7e]*$/;

/** Text of single bytes made safe to show; most is plain and passes as it is. */
export function shown(text: string, limit: number): string {
  return text.length <= limit && PLAIN.test(text) ? text : sanitizeUntrusted(text, limit);
}

/** Bytes as text that may be shown: controls are taken out, what is no UTF-8 becomes U+FFFD. */
export function shownText(bytes: Uint8Array, start: number, end: number, limit = 256): string {
  // Four bytes a character at most: no long text is decoded to be thrown away.
  const last = Math.min(end, start + limit * 4);
  const plain = latin1(bytes, start, last);
  return plain.length <= limit && PLAIN.test(plain) ? plain : sanitizeUntrusted(utf8.decode(bytes.subarray(start, last)), limit);
}

/** Whether the bytes at `at` are these ASCII characters, letters compared exactly. */
export function startsWith(bytes: Uint8Array, at: number, end: number, ascii: string): boolean {
  if (end - at < ascii.length) return false;
  for (let i = 0; i < ascii.length; i++) if (bytes[at + i] !== ascii.charCodeAt(i)) return false;
  return true;
}

/** Where the line feed of this line is; -1 without one before `end`. */
export function lineFeed(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === 0x0a) return at;
  return -1;
}

/** Where a line ends by CR LF, LF or a CR alone, as tshark sees lines of HTTP; -1 when more may follow. */
export function anyLineEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === 0x0a) return at;
    if (bytes[at] === 0x0d) return at + 1 < end ? at : -1;
  }
  return -1;
}

/** End of the text of a line whose line feed is at `lf`: before a carriage return. */
export function lineEnd(bytes: Uint8Array, start: number, lf: number): number {
  return lf > start && bytes[lf - 1] === 0x0d ? lf - 1 : lf;
}

export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${u8(bytes, at)}.${u8(bytes, at + 1)}.${u8(bytes, at + 2)}.${u8(bytes, at + 3)}`;
}

/** RFC 5952: the longest run of zero groups is left out. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  let from = -1;
  let length = 1;
  for (let group = 0; group < 8; ) {
    let next = group;
    while (next < 8 && u16(bytes, at + next * 2) === 0) next++;
    if (next - group > length) {
      from = group;
      length = next - group;
    }
    group = next + 1;
  }
  const text = (first: number, last: number) => {
    let groups = '';
    for (let group = first; group < last; group++) groups += (group > first ? ':' : '') + u16(bytes, at + group * 2).toString(16);
    return groups;
  };
  return from < 0 ? text(0, 8) : `${text(0, from)}::${text(from + length, 8)}`;
}

export function macText(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < 6; i++)
    text +=
      (i > 0 ? ':' : '') +
      u8(bytes, at + i)
        .toString(16)
        .padStart(2, '0');
  return text;
}

export function hexText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += u8(bytes, at).toString(16).padStart(2, '0');
  return text;
}

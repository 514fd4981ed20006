import { NAME_LIMIT } from '@shared/sanitize';
import { hexText, ipv4Text, ipv6Text, latin1, shownText, u8 } from './bytes';

/** Alternative names kept of one certificate. */
const MAX_NAMES = 128;

/** What is kept of a certificate. Texts are safe to show. */
export interface Certificate {
  subject_cn: string | null;
  issuer_cn: string | null;
  /** Issuer and subject are the same, byte by byte. */
  self_issued: boolean;
  /** Seconds since 1970; null when the time could not be read. */
  not_before: number | null;
  not_after: number | null;
  dns_names: string[];
  ip_addresses: string[];
  key_algorithm: 'RSA' | 'EC' | 'Ed25519' | 'Ed448' | 'DSA' | null;
  key_bits: number | null;
  /** `sha256WithRSA`, `ecdsa-with-SHA384`, …, or the dotted number. */
  signature_algorithm: string;
}

// The element last read: module state instead of an object an element.
let tag = 0;
let from = 0;
let to = 0;

/**
 * Reads the header of one DER element into tag, from, to.
 * @returns false when it does not fit before `end`; indefinite lengths are not DER
 */
function element(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 2 > end) return false;
  tag = u8(bytes, at);
  let length = u8(bytes, at + 1);
  from = at + 2;
  if (length >= 0x80) {
    const octets = length & 0x7f;
    if (octets === 0 || octets > 3 || from + octets > end) return false;
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + u8(bytes, from + i);
    from += octets;
  }
  to = from + length;
  return to <= end;
}

/** A function, because the compiler does not see that `element` changes the tag. */
function is(wanted: number): boolean {
  return tag === wanted;
}

const SIGNATURES = new Map([
  ['2a864886f70d010102', 'md2WithRSA'],
  ['2a864886f70d010104', 'md5WithRSA'],
  ['2a864886f70d010105', 'sha1WithRSA'],
  ['2a864886f70d01010a', 'RSASSA-PSS'],
  ['2a864886f70d01010b', 'sha256WithRSA'],
  ['2a864886f70d01010c', 'sha384WithRSA'],
  ['2a864886f70d01010d', 'sha512WithRSA'],
  ['2a8648ce380403', 'dsa-with-SHA1'],
  ['2a8648ce3d0401', 'ecdsa-with-SHA1'],
  ['2a8648ce3d040302', 'ecdsa-with-SHA256'],
  ['2a8648ce3d040303', 'ecdsa-with-SHA384'],
  ['2a8648ce3d040304', 'ecdsa-with-SHA512'],
  ['2b6570', 'Ed25519'],
  ['2b6571', 'Ed448'],
]);

const CURVE_BITS = new Map([
  ['2a8648ce3d030107', 256],
  ['2b81040022', 384],
  ['2b81040023', 521],
  ['2b8104000a', 256],
  ['2a8648ce3d030101', 192],
]);

const COMMON_NAME = '550403';
const SUBJECT_ALT_NAME = '551d11';

/**
 * Reads a certificate (RFC 5280). What is cut off is left out: `end` may lie before the end of the certificate.
 * @returns null when the bytes are no certificate
 */
export function readCertificate(bytes: Uint8Array, start: number, end: number): Certificate | null {
  // The outer lengths may point beyond what was captured: only their headers are read.
  element(bytes, start, Number.MAX_SAFE_INTEGER);
  if (!is(0x30)) return null;
  element(bytes, from, Number.MAX_SAFE_INTEGER);
  if (!is(0x30)) return null;
  const last = Math.min(to, end);
  let at = from;
  if (!element(bytes, at, last)) return null;
  if (is(0xa0)) at = to;
  if (!element(bytes, at, last) || !is(0x02)) return null;
  if (!element(bytes, to, last) || !is(0x30)) return null;
  at = to;
  const signature_algorithm = element(bytes, from, to) && is(0x06) ? algorithmName(bytes) : '';
  if (!element(bytes, at, last) || !is(0x30)) return null;
  const issuerFrom = from;
  const issuerTo = to;
  if (!element(bytes, to, last) || !is(0x30)) return null;
  const validityFrom = from;
  const validityTo = to;
  if (!element(bytes, to, last) || !is(0x30)) return null;
  const subjectFrom = from;
  const subjectTo = to;
  const certificate: Certificate = {
    subject_cn: commonName(bytes, subjectFrom, subjectTo),
    issuer_cn: commonName(bytes, issuerFrom, issuerTo),
    self_issued: sameBytes(bytes, issuerFrom, issuerTo, subjectFrom, subjectTo),
    not_before: null,
    not_after: null,
    dns_names: [],
    ip_addresses: [],
    key_algorithm: null,
    key_bits: null,
    signature_algorithm,
  };
  if (element(bytes, validityFrom, validityTo)) {
    certificate.not_before = readTime(bytes);
    if (element(bytes, to, validityTo)) certificate.not_after = readTime(bytes);
  }
  if (!element(bytes, subjectTo, last) || !is(0x30)) return certificate;
  at = to;
  readKey(certificate, bytes, from, to);
  while (at < last && element(bytes, at, last)) {
    at = to;
    if (is(0xa3)) readExtensions(certificate, bytes, from, to);
  }
  return certificate;
}

function algorithmName(bytes: Uint8Array): string {
  const oid = hexText(bytes, from, Math.min(to, from + 32));
  return SIGNATURES.get(oid) ?? dotted(bytes, from, Math.min(to, from + 32));
}

/** An object identifier as numbers. */
function dotted(bytes: Uint8Array, start: number, end: number): string {
  let text = `${Math.min(2, Math.floor(u8(bytes, start) / 40))}.${u8(bytes, start) - 40 * Math.min(2, Math.floor(u8(bytes, start) / 40))}`;
  let value = 0;
  for (let at = start + 1; at < end; at++) {
    value = value * 128 + (u8(bytes, at) & 0x7f);
    if (u8(bytes, at) < 0x80) {
      text += `.${value}`;
      value = 0;
    }
  }
  return text;
}

function sameBytes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let i = 0; i < aEnd - a; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** The last common name of a distinguished name: the most specific one. */
function commonName(bytes: Uint8Array, start: number, end: number): string | null {
  let name: string | null = null;
  for (let set = start; set < end && element(bytes, set, end); ) {
    set = to;
    for (let pair = from; pair < set && element(bytes, pair, set); ) {
      pair = to;
      if (!element(bytes, from, pair) || !is(0x06)) continue;
      const isName = hexText(bytes, from, Math.min(to, from + 16)) === COMMON_NAME;
      if (isName && element(bytes, to, pair)) name = directoryText(bytes);
    }
  }
  return name;
}

/** BMPString has two bytes a character; the others are read as UTF-8. */
function directoryText(bytes: Uint8Array): string {
  if (!is(0x1e)) return shownText(bytes, from, to, NAME_LIMIT);
  const narrow = new Uint8Array(Math.min(NAME_LIMIT, (to - from) >> 1));
  for (let i = 0; i < narrow.length; i++) narrow[i] = u8(bytes, from + 2 * i) === 0 ? u8(bytes, from + 2 * i + 1) : 0x3f;
  return shownText(narrow, 0, narrow.length, NAME_LIMIT);
}

/** UTCTime (two digits of the year: 1950 to 2049) or GeneralizedTime, both in Z as RFC 5280 wants. */
function readTime(bytes: Uint8Array): number | null {
  const text = latin1(bytes, from, Math.min(to, from + 16));
  const utc = is(0x17);
  const digits = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(text);
  if (!digits || (!utc && !is(0x18))) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = digits.slice(1).map(part => Number(part ?? 0));
  if (utc !== (digits[1]?.length === 2)) return null;
  const century = utc ? (year < 50 ? 2000 : 1900) : 0;
  return Date.UTC(century + year, month - 1, day, hour, minute, second) / 1000;
}

function readKey(certificate: Certificate, bytes: Uint8Array, start: number, end: number): void {
  if (!element(bytes, start, end) || !is(0x30)) return;
  const keyAt = to;
  const algorithmEnd = to;
  if (!element(bytes, from, algorithmEnd)) return;
  const oid = hexText(bytes, from, Math.min(to, from + 16));
  const parameters = to;
  switch (oid) {
    case '2a864886f70d010101': {
      certificate.key_algorithm = 'RSA';
      // BIT STRING { SEQUENCE { modulus, exponent } }: the modulus has a leading zero byte when its first bit is set.
      if (!element(bytes, keyAt, end) || !element(bytes, from + 1, to) || !element(bytes, from, to)) return;
      const first = u8(bytes, from) === 0 ? from + 1 : from;
      certificate.key_bits = Math.max(0, (to - first) * 8 - Math.clz32(u8(bytes, first)) + 24);
      break;
    }
    case '2a8648ce3d0201':
      certificate.key_algorithm = 'EC';
      if (element(bytes, parameters, algorithmEnd)) {
        certificate.key_bits = CURVE_BITS.get(hexText(bytes, from, Math.min(to, from + 16))) ?? null;
      }
      break;
    case '2b6570':
      certificate.key_algorithm = 'Ed25519';
      certificate.key_bits = 256;
      break;
    case '2b6571':
      certificate.key_algorithm = 'Ed448';
      certificate.key_bits = 456;
      break;
    case '2a8648ce380401':
      certificate.key_algorithm = 'DSA';
      break;
    default:
  }
}

function readExtensions(certificate: Certificate, bytes: Uint8Array, start: number, end: number): void {
  if (!element(bytes, start, end)) return;
  const last = to;
  for (let at = from; at < last && element(bytes, at, last); ) {
    at = to;
    if (!element(bytes, from, at) || hexText(bytes, from, Math.min(to, from + 8)) !== SUBJECT_ALT_NAME) continue;
    if (!element(bytes, to, at)) continue;
    // The criticality may stand before the value.
    if (is(0x01) && !element(bytes, to, at)) continue;
    if (is(0x04) && element(bytes, from, to)) readAlternativeNames(certificate, bytes, from, to);
  }
}

function readAlternativeNames(certificate: Certificate, bytes: Uint8Array, start: number, end: number): void {
  const { dns_names, ip_addresses } = certificate;
  for (let at = start; at < end && element(bytes, at, end); at = to) {
    if (dns_names.length + ip_addresses.length >= MAX_NAMES) return;
    if (is(0x82)) dns_names.push(shownText(bytes, from, to, NAME_LIMIT));
    else if (is(0x87) && to - from === 4) ip_addresses.push(ipv4Text(bytes, from));
    else if (is(0x87) && to - from === 16) ip_addresses.push(ipv6Text(bytes, from));
  }
}

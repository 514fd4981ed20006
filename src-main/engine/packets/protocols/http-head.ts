import { NAME_LIMIT } from '@shared/sanitize';
import { latin1, lineEnd, lineFeed, shown, startsWith, u8 } from './bytes';
import { schemeOf } from './credentials';

/** Header fields looked at; a head of 64 KiB could hold 20,000. */
const MAX_FIELDS = 512;
const MAX_URI = 2_048;

/** What Wireshark takes for a request (with WebDAV, UPnP and RPC over HTTP). */
const METHODS = new Set(
  (
    'OPTIONS GET HEAD POST PUT DELETE TRACE CONNECT PATCH LINK UNLINK PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK POLL ' +
    'BCOPY BDELETE BMOVE BPROPFIND BPROPPATCH SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH VERSION-CONTROL CHECKIN CHECKOUT ' +
    'UNCHECKOUT REPORT MKWORKSPACE UPDATE LABEL MERGE BASELINE-CONTROL MKACTIVITY ACL ORDERPATCH GETLIB RPC_CONNECT ' +
    'RPC_IN_DATA RPC_OUT_DATA CCM_POST X-MS-ENUMATTS MKCALENDAR REBIND UNBIND MKREDIRECTREF UPDATEREDIRECTREF SOURCE PRI'
  ).split(' '),
);
const LONGEST_METHOD = 20;

export interface HeadCredential {
  name: string;
  scheme: string | null;
  length: number;
}

/** The head of a request or response; strings are safe to show. */
export interface HttpHead {
  request: boolean;
  /** The head came in whole. */
  whole: boolean;
  version: string | null;
  method: string;
  /** As in the request line, query included; null without one. */
  uri: string | null;
  /** Without query, fragment and user information. */
  path: string | null;
  host: string | null;
  status: number;
  content_length: number | null;
  chunked: boolean;
  /** Content-Length with Transfer-Encoding, or two different Content-Lengths: the shape of request smuggling. */
  smuggling_shape: boolean;
  upgrade: string | null;
  expects_continue: boolean;
  content_type: string | null;
  retry_after: string | null;
  location: { host: string | null; path: string } | null;
  credentials: HeadCredential[];
}

/** Whether a line begins an HTTP message; only what is worth a closer look gets text made of it. */
export function isFirstLine(bytes: Uint8Array, start: number, end: number): boolean {
  if (startsWith(bytes, start, end, 'HTTP/') || startsWith(bytes, start, end, 'ICY ')) return true;
  let at = start;
  while (at < end && at - start <= LONGEST_METHOD && u8(bytes, at) > 0x20) at++;
  return METHODS.has(latin1(bytes, start, at));
}

/** Whether the line ends like a request line or begins like a status line: how HTTP is known on any port. */
export function looksLikeHttp(bytes: Uint8Array, start: number, end: number): boolean {
  // Methods are written in capitals: nine of ten packets of other things end here.
  const first = u8(bytes, start);
  if (first < 0x41 || first > 0x5a) return false;
  const lf = lineFeed(bytes, start, Math.min(end, start + MAX_URI * 4));
  if (lf < 0) return false;
  const last = lineEnd(bytes, start, lf);
  return startsWith(bytes, start, last, 'HTTP/1.') || (last - start >= 8 && startsWith(bytes, last - 8, last, 'HTTP/1.'));
}

/**
 * Finds the end of a head: the first byte after its empty line.
 * @param from where to look on; a head that comes in many segments is looked through once
 * @returns -1 when it has not come
 */
export function headEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] !== 0x0a) continue;
    if (bytes[at + 1] === 0x0a && at + 1 < end) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a && at + 2 < end) return at + 3;
  }
  return -1;
}

/** Reads a head, or as much of it as is there. The first line is known to begin an HTTP message. */
export function readHead(bytes: Uint8Array, start: number, end: number, whole: boolean): HttpHead {
  const head: HttpHead = {
    request: true,
    whole,
    version: null,
    method: '',
    uri: null,
    path: null,
    host: null,
    status: 0,
    content_length: null,
    chunked: false,
    smuggling_shape: false,
    upgrade: null,
    expects_continue: false,
    content_type: null,
    retry_after: null,
    location: null,
    credentials: [],
  };
  const lf = lineFeed(bytes, start, end);
  readFirstLine(head, latin1(bytes, start, Math.min(start + MAX_URI * 4, lf < 0 ? end : lineEnd(bytes, start, lf))));
  let transferEncoding = false;
  let at = lf < 0 ? end : lf + 1;
  for (let fields = 0; at < end && fields < MAX_FIELDS; fields++) {
    const next = lineFeed(bytes, at, end);
    const last = next < 0 ? end : lineEnd(bytes, at, next);
    let colon = at;
    while (colon < last && bytes[colon] !== 0x3a) colon++;
    if (colon < last && mayBeRead(bytes, at, colon)) {
      let value = colon + 1;
      while (value < last && u8(bytes, value) <= 0x20) value++;
      const name = latin1(bytes, at, colon).trim().toLowerCase();
      if (name === 'transfer-encoding') transferEncoding = true;
      if (READ.has(name))
        readField(head, name, latin1(bytes, value, Math.min(last, value + MAX_URI * 4)).trimEnd(), last - value);
    }
    at = next < 0 ? end : next + 1;
  }
  if (transferEncoding && head.content_length !== null) head.smuggling_shape = true;
  return head;
}

const READ = new Set(
  (
    'host content-length transfer-encoding upgrade expect content-type retry-after location authorization ' +
    'proxy-authorization cookie set-cookie'
  ).split(' '),
);

/** Length and first letter of the names that are read, so that no text is made of the others. */
const SHAPES = new Set([...READ].map(name => name.length * 256 + name.charCodeAt(0)));

function mayBeRead(bytes: Uint8Array, at: number, colon: number): boolean {
  return SHAPES.has((colon - at) * 256 + (u8(bytes, at) | 0x20)) || u8(bytes, colon - 1) <= 0x20;
}

function readFirstLine(head: HttpHead, line: string): void {
  if (line.startsWith('HTTP/') || line.startsWith('ICY ')) {
    const [, version = null, status = '0'] = /^(?:HTTP\/|ICY)(\S*)\s*(\d{3})?/.exec(line) ?? [];
    head.request = false;
    head.version = version;
    head.status = Number(status);
    return;
  }
  const words = line.split(' ');
  head.method = shown(words[0] ?? '', 32);
  const last = words.length > 2 ? (words.at(-1) ?? '') : '';
  head.version = last.startsWith('HTTP/') ? shown(last.slice(5), 8) : null;
  // What stands between the method and the version, as tshark reads it.
  const uri = line.slice(head.method.length + 1, head.version === null ? undefined : line.length - last.length - 1);
  if (uri === '' || words.length < 2) return;
  head.uri = shown(uri, MAX_URI);
  readTarget(head, uri);
}

/** RFC 9112 section 3.2: origin form, absolute form, authority form, asterisk. */
function readTarget(head: HttpHead, target: string): void {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(target);
  const authority = absolute?.[1] ?? (head.method === 'CONNECT' ? target : '');
  const user = authority.lastIndexOf('@');
  if (user >= 0) head.credentials.push({ name: 'URL user information', scheme: null, length: user });
  head.path = withoutQuery(absolute ? absolute[2] || '/' : head.method === 'CONNECT' ? target.slice(user + 1) : target);
  if (authority !== '') head.host = shown(authority.slice(user + 1), NAME_LIMIT);
}

function withoutQuery(path: string): string {
  return shown(path.replace(/[?#].*$/s, ''), MAX_URI);
}

function readField(head: HttpHead, name: string, value: string, length: number): void {
  switch (name) {
    case 'host':
      // Up to a zero byte, as tshark reads text.
      head.host = shown((value.split('\0')[0] ?? '').replace(/^.*@/s, ''), NAME_LIMIT);
      break;
    case 'content-length': {
      const bytes = /^\d{1,15}$/.test(value) ? Number(value) : null;
      if (head.content_length !== null && bytes !== head.content_length) head.smuggling_shape = true;
      head.content_length = bytes;
      break;
    }
    case 'transfer-encoding':
      head.chunked = /\bchunked\b/i.test(value);
      break;
    case 'upgrade':
      head.upgrade = shown(value.toLowerCase(), 64);
      break;
    case 'expect':
      head.expects_continue = value.toLowerCase() === '100-continue';
      break;
    case 'content-type':
      head.content_type = shown(value.replace(/;.*$/s, '').trim().toLowerCase(), 64);
      break;
    case 'retry-after':
      head.retry_after = shown(value, 32);
      break;
    case 'location': {
      const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(value);
      const host = absolute?.[1];
      head.location = {
        host: host === undefined ? null : shown(host.slice(host.lastIndexOf('@') + 1), NAME_LIMIT),
        path: withoutQuery(absolute ? absolute[2] || '/' : value),
      };
      break;
    }
    case 'authorization':
    case 'proxy-authorization':
      head.credentials.push({ name: HEADER_NAMES.get(name) ?? name, scheme: schemeOf(value), length });
      break;
    default:
      head.credentials.push({ name: HEADER_NAMES.get(name) ?? name, scheme: null, length });
  }
}

const HEADER_NAMES = new Map([
  ['authorization', 'Authorization'],
  ['proxy-authorization', 'Proxy-Authorization'],
  ['cookie', 'Cookie'],
  ['set-cookie', 'Set-Cookie'],
]);

const SECRET_FIELD = /^(password|passwd|pwd|token|secret)$/i;
const MAX_FORM_FIELDS = 256;

/** Names and lengths of secret fields in a form (application/x-www-form-urlencoded); values are not looked at. */
export function secretFields(bytes: Uint8Array, start: number, end: number): HeadCredential[] {
  const found: HeadCredential[] = [];
  let at = start;
  for (let fields = 0; at < end && fields < MAX_FORM_FIELDS; fields++) {
    let next = at;
    let equals = -1;
    for (; next < end && bytes[next] !== 0x26; next++) if (equals < 0 && bytes[next] === 0x3d) equals = next;
    if (equals > at && equals - at <= 16) {
      const name = latin1(bytes, at, equals);
      if (SECRET_FIELD.test(name)) found.push({ name: `form field ${name}`, scheme: null, length: next - equals - 1 });
    }
    at = next + 1;
  }
  return found;
}

import { NAME_LIMIT } from '@shared/sanitize';
import { shownText, u8, u16 } from './bytes';

const MAX_LIST = 32;

/** What is kept of a ClientHello. */
export interface ClientHello {
  /** The field of old, no more than 0x0303; `versions` says what is really offered. */
  legacy_version: number;
  sni: string | null;
  alpn: string[];
  versions: number[];
  suites: number;
  /** Encrypted ClientHello: `sni` is a cover name. */
  ech: boolean;
}

/** What is kept of a ServerHello. */
export interface ServerHello {
  version: number;
  suite: number;
  alpn: string | null;
  hello_retry: boolean;
  /** The server signals that it could speak a newer version (RFC 8446 section 4.1.3). */
  downgrade: boolean;
  resumed: boolean | null;
}

/** SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3). */
const HELLO_RETRY = Uint8Array.from(Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'));
/** "DOWNGRD", at the end of the random, before 0 or 1. */
const DOWNGRADE = Uint8Array.from(Buffer.from('444f574e475244', 'hex'));

function holdsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** RFC 8701: numbers that mean nothing and keep implementations honest. */
function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 255);
}

/**
 * Reads the body of a ClientHello. What is cut off is left out.
 * @param dtls a cookie stands after the session id
 * @returns null when not even the random fits
 */
export function readClientHello(bytes: Uint8Array, start: number, end: number, dtls = false): ClientHello | null {
  if (end - start < 35) return null;
  const hello: ClientHello = { legacy_version: u16(bytes, start), sni: null, alpn: [], versions: [], suites: 0, ech: false };
  let at = start + 35 + u8(bytes, start + 34);
  if (dtls) at += 1 + u8(bytes, at);
  if (at + 2 > end) return hello;
  hello.suites = u16(bytes, at) >> 1;
  at += 2 + u16(bytes, at);
  at += 1 + u8(bytes, at);
  if (at + 2 > end) return hello;
  const last = Math.min(end, at + 2 + u16(bytes, at));
  for (at += 2; at + 4 <= last; ) {
    const type = u16(bytes, at);
    const from = at + 4;
    const to = Math.min(last, from + u16(bytes, at + 2));
    if (type === 0) hello.sni = serverName(bytes, from, to);
    else if (type === 16) hello.alpn = protocolNames(bytes, from + 2, to);
    else if (type === 43) hello.versions = versionList(bytes, from + 1, Math.min(to, from + 1 + u8(bytes, from)));
    else if (type === 0xfe0d) hello.ech = true;
    at = from + u16(bytes, at + 2);
  }
  return hello;
}

function serverName(bytes: Uint8Array, start: number, end: number): string | null {
  for (let at = start + 2; at + 3 <= end; ) {
    const next = at + 3 + u16(bytes, at + 1);
    if (u8(bytes, at) === 0) return next <= end ? shownText(bytes, at + 3, next, NAME_LIMIT) : null;
    at = next;
  }
  return null;
}

function protocolNames(bytes: Uint8Array, start: number, end: number): string[] {
  const names: string[] = [];
  for (let at = start; at < end && names.length < MAX_LIST; at += 1 + u8(bytes, at)) {
    const next = at + 1 + u8(bytes, at);
    if (next <= end && !(next - at === 3 && isGrease(u16(bytes, at + 1)))) names.push(shownText(bytes, at + 1, next, 64));
  }
  return names;
}

function versionList(bytes: Uint8Array, start: number, end: number): number[] {
  const versions: number[] = [];
  for (let at = start; at + 2 <= end && versions.length < MAX_LIST; at += 2) {
    const version = u16(bytes, at);
    if (!isGrease(version)) versions.push(version);
  }
  return versions;
}

/** Reads the body of a ServerHello; null when not even the random fits. */
export function readServerHello(bytes: Uint8Array, start: number, end: number): ServerHello | null {
  if (end - start < 35) return null;
  const hello: ServerHello = {
    version: u16(bytes, start),
    suite: 0,
    alpn: null,
    hello_retry: holdsAt(bytes, start + 2, HELLO_RETRY),
    downgrade: holdsAt(bytes, start + 26, DOWNGRADE) && u8(bytes, start + 33) <= 1,
    resumed: null,
  };
  let at = start + 35 + u8(bytes, start + 34);
  if (at + 3 > end) return hello;
  hello.suite = u16(bytes, at);
  at += 3;
  if (at + 2 > end) return hello;
  const last = Math.min(end, at + 2 + u16(bytes, at));
  for (at += 2; at + 4 <= last; ) {
    const type = u16(bytes, at);
    const from = at + 4;
    const to = Math.min(last, from + u16(bytes, at + 2));
    if (type === 16) hello.alpn = protocolNames(bytes, from + 2, to)[0] ?? null;
    else if (type === 43 && to - from === 2) hello.version = u16(bytes, from);
    else if (type === 41) hello.resumed = true;
    at = from + u16(bytes, at + 2);
  }
  return hello;
}

import type { Piece } from '../piece';
import { latin1, lineEnd, lineFeed } from './bytes';
import type { CredentialSeen } from './credentials';
import type { Making } from './making';

/** Lines longer than this are looked at no further. */
const MAX_LINE = 1_024;
const MAX_LINES = 256;

/** Calls back with each whole line of a segment, in latin1. */
export function eachLine(bytes: Uint8Array, start: number, end: number, take: (line: string, next: number) => void): void {
  let at = start;
  for (let lines = 0; at < end && lines < MAX_LINES; lines++) {
    const lf = lineFeed(bytes, at, end);
    if (lf < 0) return;
    take(latin1(bytes, at, Math.min(lineEnd(bytes, at, lf), at + MAX_LINE)), lf + 1);
    at = lf + 1;
  }
}

/** A credential in a line of text: the command, its scheme and the length of what follows. */
export interface TextCredential {
  name: string;
  scheme: string | null;
  length: number;
}

/** Notes a credential that `piece` carries from the client. */
export function noteCredential(
  { ends, rows }: Making,
  protocol: string,
  { frame, ts, from }: Pick<Piece, 'frame' | 'ts' | 'from'>,
  { name, scheme, length }: TextCredential,
): void {
  const client = from === 0 ? ends.a : ends.b;
  const server = from === 0 ? ends.b : ends.a;
  const seen: CredentialSeen = {
    stream: ends.number,
    frame,
    time: ts,
    protocol,
    client: client.ip,
    client_port: client.port,
    server: server.ip,
    server_port: server.port,
    name,
    scheme,
    length,
  };
  rows.credentials.add(seen);
}

/** USER and PASS, as FTP and POP3 have them. */
export function userOrPass(line: string): TextCredential | null {
  const [, command, value] = /^(USER|PASS)\s+(.+)$/i.exec(line) ?? [];
  return command && value ? { name: command.toUpperCase(), scheme: null, length: value.length } : null;
}

/** AUTH (SMTP, POP3) and AUTHENTICATE (IMAP) with what comes along; a scheme alone is no credential yet. */
export function saslStart(line: string): TextCredential | null {
  const [, name, scheme, value = ''] = /^(?:\S+ )?(AUTH(?:ENTICATE)?)\s+([A-Z0-9_-]+)(?:\s+(\S+))?$/i.exec(line) ?? [];
  return name && scheme ? { name: name.toUpperCase(), scheme: scheme.toUpperCase(), length: value.length } : null;
}

/** LOGIN of IMAP. */
export function imapLogin(line: string): TextCredential | null {
  const value = /^\S+ LOGIN (.+)$/i.exec(line)?.[1];
  return value === undefined ? null : { name: 'LOGIN', scheme: null, length: value.length };
}

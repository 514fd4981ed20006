import type { RowList } from './row-list';

/** A credential that went over the wire in clear text. Its value is never kept, nor is the name of a user. */
export interface CredentialSeen {
  /** Number of the flow. */
  stream: number;
  frame: number;
  time: number;
  protocol: string;
  client: string;
  client_port: number;
  server: string;
  server_port: number;
  /** Header, form field or command that carried it. */
  name: string;
  /** `Basic`, `Bearer`, `PLAIN`, …; null where the protocol has no schemes. */
  scheme: string | null;
  /** Bytes of the value. */
  length: number;
}

export type Credentials = RowList<CredentialSeen>;

/** RFC 9110 section 11.1: a token. Anything else is no scheme, but part of a value. */
const SCHEME = /^[A-Za-z][A-Za-z0-9-]{0,31}$/;

/** The scheme of `Basic dXNlcjpwYXNz`; null when the value does not begin with one. */
export function schemeOf(value: string): string | null {
  const space = value.indexOf(' ');
  const word = space < 0 ? '' : value.slice(0, space);
  return SCHEME.test(word) ? word : null;
}

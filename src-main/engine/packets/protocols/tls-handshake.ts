import type { Ends } from '../piece';
import { u8, u24 } from './bytes';
import type { Where } from './messages';
import type { RowList } from './row-list';
import { type ClientHello, readClientHello, readServerHello } from './tls-hello';
import { alertName, suiteName, tlsVersionName } from './tls-names';
import { type Certificate, readCertificate } from './x509';

const MAX_ALERTS = 8;

export interface TlsAlert {
  frame: number;
  time: number;
  by_client: boolean;
  level: 'warning' | 'fatal';
  code: number;
  description: string;
}

/** The handshake of one connection. */
export interface TlsHandshake {
  /** Number of the flow. */
  stream: number;
  transport: 'tcp' | 'dtls' | 'quic';
  client: string;
  client_port: number;
  server: string;
  server_port: number;
  /** Seconds since 1970 of the ClientHello, or of the ServerHello without one. */
  time: number;
  client_hello_frame: number | null;
  /** Bytes of the ClientHello: large ones (post-quantum) take two segments. */
  client_hello_bytes: number | null;
  client_hellos: number;
  server_hello_frame: number | null;
  server_hello_ms: number | null;
  sni: string | null;
  /** `sni` is the cover name of an encrypted ClientHello. */
  ech: boolean;
  alpn_offered: string[];
  alpn: string | null;
  versions_offered: string[];
  suites_offered: number | null;
  /** Negotiated; null without a ServerHello. */
  version: string | null;
  version_number: number | null;
  suite: string | null;
  suite_number: number | null;
  hello_retry: boolean;
  downgrade: boolean;
  /** The leaf; null in TLS 1.3, where it is encrypted, and in a resumed session. */
  certificate: Certificate | null;
  certificate_frame: number | null;
  /** How many the server sent. */
  certificates: number | null;
  alerts: TlsAlert[];
  /** The first bytes of the application by the client: the handshake was done. */
  established_ms: number | null;
  established_frame: number | null;
  /** An alert nobody else can read, sent before the handshake was over. */
  encrypted_alert: { frame: number; time: number; by_client: boolean } | null;
  /** The server answered the ClientHello in clear text. */
  clear_text_answer: string | null;
}

/** Makes the row of a connection out of its handshake messages, whatever carries them. */
export class HandshakeReader {
  row: TlsHandshake | null = null;
  #added = false;

  constructor(
    readonly transport: TlsHandshake['transport'],
    readonly ends: Ends,
    readonly rows: RowList<TlsHandshake>,
  ) {}

  get sawServerHello(): boolean {
    return this.row !== null && this.row.server_hello_frame !== null && !this.row.hello_retry;
  }

  /** One handshake message: its body lies between `start` and `end`, `length` is what its header says. */
  message(type: number, where: Where, bytes: Uint8Array, start: number, end: number, length: number): void {
    if (type === 1) {
      const hello = readClientHello(bytes, start, end, this.transport === 'dtls');
      if (hello) this.clientHello(hello, where, length + 4);
    } else if (type === 2) this.#serverHello(where, bytes, start, end);
    else if (type === 11) this.#certificate(where, bytes, start, end);
  }

  clientHello(hello: ClientHello, where: Where, length: number): void {
    const row = this.#of(where, true);
    row.client_hellos++;
    if (row.client_hello_frame !== null) return;
    row.client_hello_frame = where.frame;
    row.client_hello_bytes = length;
    row.sni = hello.sni;
    row.ech = hello.ech;
    row.alpn_offered = hello.alpn;
    row.versions_offered = (hello.versions.length > 0 ? hello.versions : [hello.legacy_version]).map(tlsVersionName);
    row.suites_offered = hello.suites;
  }

  #serverHello(where: Where, bytes: Uint8Array, start: number, end: number): void {
    const hello = readServerHello(bytes, start, end);
    if (!hello) return;
    const row = this.#of(where, false);
    if (row.server_hello_frame !== null && !row.hello_retry) return;
    if (row.server_hello_frame === null) row.server_hello_ms = (where.ts - row.time) * 1000;
    row.server_hello_frame = where.frame;
    row.hello_retry ||= hello.hello_retry;
    row.version = tlsVersionName(hello.version);
    row.version_number = hello.version;
    row.suite = suiteName(hello.suite);
    row.suite_number = hello.suite;
    row.alpn = hello.alpn;
    row.downgrade = hello.downgrade;
  }

  /** RFC 5246 section 7.4.2: the leaf comes first. */
  #certificate(where: Where, bytes: Uint8Array, start: number, end: number): void {
    const row = this.row;
    if (!row || row.certificate || (row.version_number ?? 0) === 0x0304 || this.#byClient(where)) return;
    let count = 0;
    for (let at = start + 3; at + 3 <= end; at += 3 + u24(bytes, at)) {
      if (count++ > 0) continue;
      row.certificate = readCertificate(bytes, at + 3, Math.min(end, at + 3 + u24(bytes, at)));
      row.certificate_frame = where.frame;
    }
    row.certificates = count;
  }

  alert(where: Where, level: number, code: number): void {
    const row = this.row ?? this.#of(where, true);
    if (row.alerts.length >= MAX_ALERTS) return;
    row.alerts.push({
      frame: where.frame,
      time: where.ts,
      by_client: this.#byClient(where),
      level: level === 2 ? 'fatal' : 'warning',
      code,
      description: alertName(code),
    });
  }

  encryptedAlert(where: Where): void {
    const { row } = this;
    if (!row || row.established_frame !== null || row.encrypted_alert) return;
    row.encrypted_alert = { frame: where.frame, time: where.ts, by_client: this.#byClient(where) };
  }

  established(where: Where): void {
    const { row } = this;
    if (!row || row.established_frame !== null || !this.#byClient(where)) return;
    row.established_frame = where.frame;
    row.established_ms = (where.ts - row.time) * 1000;
  }

  #byClient({ from }: Where): boolean {
    const { ip, port } = from === 0 ? this.ends.a : this.ends.b;
    return port === this.row?.client_port && ip === this.row.client;
  }

  #of(where: Where, byClient: boolean): TlsHandshake {
    if (this.row) return this.row;
    const sender = where.from === 0 ? this.ends.a : this.ends.b;
    const receiver = where.from === 0 ? this.ends.b : this.ends.a;
    const client = byClient ? sender : receiver;
    const server = byClient ? receiver : sender;
    const row: TlsHandshake = {
      stream: this.ends.number,
      transport: this.transport,
      client: client.ip,
      client_port: client.port,
      server: server.ip,
      server_port: server.port,
      time: where.ts,
      client_hello_frame: null,
      client_hello_bytes: null,
      client_hellos: 0,
      server_hello_frame: null,
      server_hello_ms: null,
      sni: null,
      ech: false,
      alpn_offered: [],
      alpn: null,
      versions_offered: [],
      suites_offered: null,
      version: null,
      version_number: null,
      suite: null,
      suite_number: null,
      hello_retry: false,
      downgrade: false,
      certificate: null,
      certificate_frame: null,
      certificates: null,
      alerts: [],
      encrypted_alert: null,
      established_ms: null,
      established_frame: null,
      clear_text_answer: null,
    };
    this.row = row;
    if (!this.#added) this.rows.add(row);
    this.#added = true;
    return row;
  }

  /** Whether these bytes are handshake messages: type known, length possible. */
  static plausible(bytes: Uint8Array, start: number, end: number): boolean {
    return start + 4 <= end && KNOWN_TYPES.has(u8(bytes, start)) && u24(bytes, start + 1) < 1 << 17;
  }
}

const KNOWN_TYPES = new Set([0, 1, 2, 3, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 67, 254]);

import type { Piece } from '../piece';
import { PROTOCOL, type ProtocolName } from '../protocol-names';
import { latin1, startsWith, u8, u16, u24, u32 } from './bytes';
import { SmtpFlow } from './mail';
import type { Make, Making } from './making';
import { MediaSessions } from './media';
import type { Need, StreamReader, Where } from './messages';
import { type LengthOf, PduFlow, SegmentFlow } from './pdu';
import { SipFlow } from './sip';
import { SshFlow } from './ssh';
import { eachLine, imapLogin, noteCredential, saslStart, type TextCredential, userOrPass } from './text-lines';
import { TlsFlow } from './tls';

export const makeTls: Make = ({ ends, rows, count }) => new TlsFlow(ends, rows.tls, frame => count(PROTOCOL.tls, frame));

/** Each segment counts; lines are looked at for credentials, and for the word after which TLS begins. */
class CommandFlow implements StreamReader {
  #after: StreamReader | null = null;
  #tlsAsked = false;

  constructor(
    readonly making: Making,
    readonly protocol: ProtocolName,
    /** The client's line that asks for TLS, the server's that grants it. */
    readonly startTls: readonly [RegExp, RegExp],
    readonly credential: (line: string) => TextCredential | null,
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    if (this.#after) return this.#after.read(piece, bytes, start, end, need, whole);
    this.making.count(PROTOCOL[this.protocol], piece.frame);
    const [asks, grants] = this.startTls;
    eachLine(bytes, start, end, line => {
      if (this.#tlsAsked && grants.test(line)) this.#after = makeTls(this.making);
      else if (asks.test(line)) this.#tlsAsked = true;
      const found = this.credential(line);
      if (found) noteCredential(this.making, this.protocol, piece, found);
    });
  }

  skipped(where: Where, late: boolean): void {
    this.#after?.skipped(where, late);
  }

  ended(where: Where): void {
    this.#after?.ended(where);
  }

  lost(from: 0 | 1): void {
    this.#after?.lost(from);
  }
}

const ftp: Make = making => new CommandFlow(making, 'ftp', [/^AUTH (TLS|SSL)/i, /^234 /], userOrPass);
const pop: Make = making => new CommandFlow(making, 'pop', [/^STLS$/i, /^\+OK/], line => userOrPass(line) ?? saslWithValue(line));
const imap: Make = making =>
  new CommandFlow(making, 'imap', [/^\S+ STARTTLS$/i, /^\S+ OK/i], line => imapLogin(line) ?? saslWithValue(line));
const smtp: Make = making => new SmtpFlow(making, frame => making.count(PROTOCOL.smtp, frame), makeTls);
const ssh: Make = ({ count }) => new SshFlow(frame => count(PROTOCOL.ssh, frame));

function saslWithValue(line: string): TextCredential | null {
  const found = saslStart(line);
  return found && found.length > 0 ? found : null;
}

export const makeSip: Make = ({ count }) =>
  new SipFlow(
    new MediaSessions(),
    frame => count(PROTOCOL.sip, frame),
    frame => count(PROTOCOL.sdp, frame),
  );

const segments =
  (name: ProtocolName): Make =>
  ({ count }) =>
    new SegmentFlow(frame => count(PROTOCOL[name], frame));

const messages =
  (name: ProtocolName, lengthOf: LengthOf): Make =>
  ({ count }) =>
    new PduFlow(frame => count(PROTOCOL[name], frame), lengthOf);

/** RFC 4271 section 4.1: a marker of ones, then the length. */
const bgpLength: LengthOf = (bytes, at, end) => {
  if (end - at < 19) return 0;
  const length = u16(bytes, at + 16);
  return u32(bytes, at) === 0xffffffff && length >= 19 ? length : -1;
};

/** One type byte, then a length of up to four bytes with seven bits each. */
const mqttLength: LengthOf = (bytes, at, end) => {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    if (at + 1 + i >= end) return 0;
    const byte = u8(bytes, at + 1 + i);
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return 2 + i + length;
  }
  return -1;
};

/** STUN, and the channel data of TURN, which is padded to four bytes over TCP (RFC 8656 section 12.5). */
const stunLength: LengthOf = (bytes, at, end) => {
  if (end - at < 4) return 0;
  const length = u16(bytes, at + 2);
  const type = u8(bytes, at);
  if (type >= 0x40 && type <= 0x4f) return 4 + ((length + 3) & ~3);
  if (end - at < 8) return 0;
  return type < 0x40 && u32(bytes, at + 4) === 0x2112a442 ? 20 + length : -1;
};

/** NetBIOS session service, and SMB over TCP. */
const nbssLength: LengthOf = (bytes, at, end) => (end - at < 4 ? 0 : 4 + u24(bytes, at + 1));

/** SMB in the NetBIOS session service; version 1 has a mark of its own. */
const smb: Make = ({ count }) =>
  new PduFlow(
    frame => count(PROTOCOL.nbss, frame),
    nbssLength,
    ({ frame }, bytes, start, end) => {
      if (startsWith(bytes, start + 4, end, '\xffSMB')) count(PROTOCOL.smb, frame);
      else if (startsWith(bytes, start + 4, end, '\xfeSMB')) count(PROTOCOL.smb2, frame);
    },
  );

/** A SEQUENCE of BER. */
const ldapLength: LengthOf = (bytes, at, end) => {
  if (end - at < 2) return 0;
  if (u8(bytes, at) !== 0x30) return -1;
  const first = u8(bytes, at + 1);
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) return -1;
  if (end - at < 2 + octets) return 0;
  let length = 0;
  for (let i = 0; i < octets; i++) length = length * 256 + u8(bytes, at + 2 + i);
  return 2 + octets + length;
};

/** LDAP: a simple bind with a password is a credential; after a StartTLS that went well TLS begins. */
const ldap: Make = making => {
  const { count } = making;
  return new PduFlow(
    frame => count(PROTOCOL.ldap, frame),
    ldapLength,
    (piece, bytes, start, end) => {
      // messageID INTEGER, then [APPLICATION 0] { version INTEGER, name OCTET STRING, [0] simple }
      let at = start + 2 + (u8(bytes, start + 1) >= 0x80 ? u8(bytes, start + 1) & 0x7f : 0);
      at += 2 + u8(bytes, at + 1);
      if (u8(bytes, at) !== 0x60) return;
      at += 2 + (u8(bytes, at + 1) >= 0x80 ? u8(bytes, at + 1) & 0x7f : 0);
      at += 2 + u8(bytes, at + 1);
      at += 2 + u8(bytes, at + 1);
      const length = u8(bytes, at + 1);
      if (u8(bytes, at) !== 0x80 || length === 0 || length >= 0x80 || at + 2 + length > end) return;
      noteCredential(making, 'ldap', piece, { name: 'simple bind', scheme: null, length });
    },
  );
};

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

/** PostgreSQL's protocol 3: the first message of the client has no type; a request for TLS is answered by one letter. */
class PgsqlFlow implements StreamReader {
  #after: StreamReader | null = null;
  #started = false;
  #tlsAsked = false;
  readonly #messages: PduFlow;

  constructor(readonly making: Making) {
    const counted = (frame: number) => making.count(PROTOCOL.pgsql, frame);
    const lengthOf: LengthOf = (bytes, at, end) => {
      if (!this.#started && u8(bytes, at) === 0) return end - at < 8 ? 0 : Math.max(8, u32(bytes, at));
      return end - at < 5 ? 0 : 1 + Math.max(4, u32(bytes, at + 1));
    };
    this.#messages = new PduFlow(counted, lengthOf, (piece, bytes, start, end) => this.#message(piece, bytes, start, end));
  }

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    if (this.#after) return this.#after.read(piece, bytes, start, end, need, whole);
    if (this.#tlsAsked && piece.from === 1 && end - start === 1) {
      this.#tlsAsked = false;
      if (u8(bytes, start) === 0x53) this.#after = makeTls(this.making);
      return;
    }
    this.#messages.read(piece, bytes, start, end, need, whole);
  }

  #message(piece: Piece, bytes: Uint8Array, start: number, end: number): void {
    if (this.#started) {
      const length = end - start - 5;
      if (u8(bytes, start) !== 0x70 || piece.from !== 0 || length <= 0) return;
      noteCredential(this.making, 'pgsql', piece, { name: 'PasswordMessage', scheme: null, length });
      return;
    }
    const code = u32(bytes, start + 4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) this.#tlsAsked = true;
    else if (code !== CANCEL_REQUEST) this.#started = true;
  }

  skipped(where: Where, late: boolean): void {
    (this.#after ?? this.#messages).skipped(where, late);
  }

  ended(where: Where): void {
    this.#after?.ended(where);
  }

  lost(from: 0 | 1): void {
    this.#after?.lost(from);
  }
}

const CLIENT_SSL = 0x0800;

/** MySQL: packets with three bytes of length; a short login packet that sets the flag asks for TLS. */
class MysqlFlow implements StreamReader {
  #after: StreamReader | null = null;
  readonly #packets: PduFlow;

  constructor(readonly making: Making) {
    this.#packets = new PduFlow(
      frame => making.count(PROTOCOL.mysql, frame),
      (bytes, at, end) => (end - at < 4 ? 0 : 4 + u8(bytes, at) + u8(bytes, at + 1) * 256 + u8(bytes, at + 2) * 65_536),
      (piece, bytes, start, end) => {
        const asksTls = piece.from === 0 && end - start === 36 && (u8(bytes, start + 5) & (CLIENT_SSL >> 8)) !== 0;
        if (asksTls && u8(bytes, start + 3) === 1) this.#after = makeTls(making);
      },
    );
  }

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    (this.#after ?? this.#packets).read(piece, bytes, start, end, need, whole);
  }

  skipped(where: Where, late: boolean): void {
    (this.#after ?? this.#packets).skipped(where, late);
  }

  ended(where: Where): void {
    this.#after?.ended(where);
  }

  lost(from: 0 | 1): void {
    this.#after?.lost(from);
  }
}

/** Redis: AUTH as an array (RESP) or as a line. */
const redis: Make = making =>
  new SegmentFlow(
    frame => making.count(PROTOCOL.resp, frame),
    (piece, bytes, start, end) => {
      const text = latin1(bytes, start, Math.min(end, start + 512));
      const length = /^\*[23]\r\n\$4\r\nAUTH\r\n(?:\$\d+\r\n.*\r\n)?\$(\d{1,6})\r\n/is.exec(text)?.[1];
      const line = /^AUTH (.+)\r?\n/i.exec(text)?.[1];
      if (length === undefined && line === undefined) return;
      noteCredential(making, 'redis', piece, { name: 'AUTH', scheme: null, length: Number(length ?? line?.length) });
    },
  );

/** What is read by port alone: by tshark's port, with the ports it has by default. */
export const SMALL_STREAMS: readonly [Make, readonly number[]][] = [
  [ssh, [22]],
  [ftp, [21]],
  [segments('ftp-data'), [20]],
  [segments('telnet'), [23]],
  [smtp, [25, 587]],
  [pop, [110]],
  [imap, [143]],
  [messages('bgp', bgpLength), [179]],
  [ldap, [389, 3268]],
  [smb, [139, 445]],
  [making => new PgsqlFlow(making), [5432]],
  [making => new MysqlFlow(making), [3306]],
  [messages('mqtt', mqttLength), [1883]],
  [messages('stun', stunLength), [3478]],
  [redis, [6379]],
  [makeSip, [5060]],
];

import type { Ends, Piece } from '../piece';
import { u16 } from './bytes';
import { type DnsMessage, dnsTypeName, rcodeName, readDnsMessage } from './dns-message';
import { type Need, ONE_SEGMENT, type StreamReader } from './messages';
import type { RowList } from './row-list';

/** Queries of one flow that wait for their answer. */
const MAX_OPEN = 1_024;
/** A query of the same id after this long is a new one, no repeat (Wireshark's default). */
const RETRANSMISSION_S = 5;
const MAX_SECOND_ANSWERS = 4;

export type DnsProto = 'dns' | 'mdns' | 'llmnr';

/** A further answer to a query that has one: the sign of an injected answer when they differ. */
export interface SecondAnswer {
  frame: number;
  ts: number;
  rcode: string;
  addresses: string[];
  /** Of its packet; null over TCP. */
  ip_ttl: number | null;
}

/** One query and its answer, by the rules of netsonde-truth: a repeated query is a further row. */
export interface DnsTransaction {
  /** Number of the flow. */
  stream: number;
  transport: 'udp' | 'tcp';
  proto: DnsProto;
  id: number;
  /** Without final dot; the root is ''. */
  name: string;
  /** null: a message without question. */
  type: string | null;
  type_number: number | null;
  client: string;
  client_port: number;
  server: string;
  server_port: number;
  /** Seconds since 1970: the query, or the answer when no query was seen. */
  time: number;
  query_frame: number | null;
  response_frame: number | null;
  rcode: string | null;
  response_ms: number | null;
  /** The same question, sent again while the first one waited. */
  repeated: boolean;
  /** An answer without a query in the capture. */
  unsolicited: boolean;
  /** A record of the answer leads beyond its end. */
  malformed: boolean;
  /** The answer was for another name or type. */
  question_differs: boolean;
  truncated: boolean;
  authoritative: boolean;
  /** The query set CD: no validation wanted. */
  checking_disabled: boolean;
  query_edns_bytes: number | null;
  response_edns_bytes: number | null;
  response_bytes: number | null;
  answers: number | null;
  addresses: string[];
  cnames: string[];
  min_ttl_s: number | null;
  soa: string | null;
  negative_ttl_s: number | null;
  referral: boolean;
  ede: { code: number; text: string } | null;
  /** Of the packet of the answer; null over TCP. */
  ip_ttl: number | null;
  second_answers: SecondAnswer[];
}

/** The DNS messages of one flow; the reader of DNS over TCP too. */
export class DnsFlow implements StreamReader {
  /** By id; most flows hold one query, or nothing to wait for. */
  #open: Map<number, DnsTransaction> | null = null;

  constructor(
    readonly proto: DnsProto,
    readonly transport: 'udp' | 'tcp',
    readonly ends: Ends,
    readonly rows: RowList<DnsTransaction>,
    /** A message was read in this frame. */
    readonly counted: (frame: number) => void,
  ) {}

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    // RFC 1035 section 4.2.2: two bytes of length before each message.
    for (let at = start; at < end; ) {
      const next = at + 2 + u16(bytes, at);
      if (whole && end - at < 2) return need.wants(at, ONE_SEGMENT);
      if (whole && next > end) return need.wants(at, next - end);
      this.message(piece, bytes, at + 2, Math.min(next, end), next - at - 2);
      at = next;
    }
  }

  skipped(): void {}

  ended(): void {}

  lost(): void {}

  /** @param length of the message on the wire */
  message(piece: Piece, bytes: Uint8Array, start: number, end: number, length: number): void {
    this.counted(piece.frame);
    const message = readDnsMessage(bytes, start, end);
    if (!message) return;
    if (message.response) this.#answer(message, piece, length);
    else this.#query(message, piece);
  }

  #query(message: DnsMessage, piece: Piece): void {
    const earlier = this.#open?.get(message.id);
    // By id alone, as tshark does it: mDNS asks everything with id 0.
    const waits = earlier !== undefined && earlier.rcode === null && piece.ts - earlier.time <= RETRANSMISSION_S;
    const row = this.#row(message, piece, piece.from === 0);
    row.query_frame = piece.frame;
    row.repeated = waits && !differs(message, earlier);
    row.checking_disabled = message.checking_disabled;
    row.query_edns_bytes = message.edns_bytes;
    if (!this.rows.add(row) || waits) return;
    this.#remember(row);
  }

  #answer(message: DnsMessage, piece: Piece, length: number): void {
    let row = this.#open?.get(message.id);
    if (row?.rcode != null) {
      if (row.second_answers.length < MAX_SECOND_ANSWERS) {
        const { addresses } = message;
        row.second_answers.push({
          frame: piece.frame,
          ts: piece.ts,
          rcode: rcodeName(message.rcode),
          addresses,
          ip_ttl: this.#ttlOf(piece),
        });
      }
      return;
    }
    if (row) {
      row.response_ms = (piece.ts - row.time) * 1000;
      row.question_differs = message.name !== null && differs(message, row);
    } else {
      // Answers to everybody need no query: announcements.
      if (isMulticast((piece.from === 0 ? this.ends.b : this.ends.a).ip)) return;
      row = this.#row(message, piece, piece.from === 1);
      row.unsolicited = true;
      if (!this.rows.add(row)) return;
      this.#remember(row);
    }
    row.response_frame = piece.frame;
    row.rcode = rcodeName(message.rcode);
    row.malformed = message.malformed;
    row.truncated = message.truncated;
    row.authoritative = message.authoritative;
    row.response_edns_bytes = message.edns_bytes;
    row.response_bytes = length;
    row.answers = message.answers;
    row.addresses = message.addresses;
    row.cnames = message.cnames;
    row.min_ttl_s = message.min_ttl_s;
    row.soa = message.soa;
    row.negative_ttl_s = message.negative_ttl_s;
    row.referral = message.referral;
    row.ede = message.ede;
    row.ip_ttl = this.#ttlOf(piece);
  }

  #ttlOf({ ttl }: Piece): number | null {
    return this.transport === 'udp' ? (ttl ?? null) : null;
  }

  #remember(row: DnsTransaction): void {
    this.#open ??= new Map();
    const [oldest] = this.#open.size >= MAX_OPEN ? this.#open.keys() : [];
    if (oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(row.id, row);
  }

  #row(message: DnsMessage, piece: Piece, clientIsA: boolean): DnsTransaction {
    const client = clientIsA ? this.ends.a : this.ends.b;
    const server = clientIsA ? this.ends.b : this.ends.a;
    return {
      stream: this.ends.number,
      transport: this.transport,
      proto: this.proto,
      id: message.id,
      name: message.name ?? '',
      type: message.name === null ? null : dnsTypeName(message.type),
      type_number: message.name === null ? null : message.type,
      client: client.ip,
      client_port: client.port,
      server: server.ip,
      server_port: server.port,
      time: piece.ts,
      query_frame: null,
      response_frame: null,
      rcode: null,
      response_ms: null,
      repeated: false,
      unsolicited: false,
      question_differs: false,
      malformed: false,
      truncated: false,
      authoritative: false,
      checking_disabled: false,
      query_edns_bytes: null,
      response_edns_bytes: null,
      response_bytes: null,
      answers: null,
      addresses: [],
      cnames: [],
      min_ttl_s: null,
      soa: null,
      negative_ttl_s: null,
      referral: false,
      ede: null,
      ip_ttl: null,
      second_answers: [],
    };
  }
}

/** Names are compared without case: clients mix it on purpose (0x20). */
function differs(message: DnsMessage, row: DnsTransaction): boolean {
  return (message.name ?? '').toLowerCase() !== row.name.toLowerCase() || message.type !== row.type_number;
}

function isMulticast(ip: string): boolean {
  return ip.startsWith('ff') || /^2(2[4-9]|3\d)\./.test(ip);
}

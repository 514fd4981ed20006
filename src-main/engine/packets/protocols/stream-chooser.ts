import type { Piece } from '../piece';
import { PROTOCOL } from '../protocol-names';
import { DnsFlow, type DnsProto } from './dns';
import { looksLikeHttp } from './http-head';
import { HttpFlow } from './http1';
import { Http2Flow, isHttp2Preface } from './http2';
import type { Count, Make, Making, PortReader } from './making';
import type { Need, StreamReader, Where } from './messages';
import { looksLikeSip } from './sip';
import { makeSip, makeTls, SMALL_STREAMS } from './small-streams';
import { isTlsRecord } from './tls';
import { WebSocketFlow } from './websocket';

const makeDns =
  (proto: DnsProto): Make =>
  ({ ends, rows, count }) =>
    new DnsFlow(proto, 'tcp', ends, rows.dns, frame => count(PROTOCOL[proto], frame));

export const makeHttp: Make = making => {
  const { ends, rows, count } = making;
  return new HttpFlow(
    ends,
    rows.http,
    rows.credentials,
    frame => count(PROTOCOL.http, frame),
    protocol => afterUpgrade(making, protocol),
  );
};

const makeHttp2: Make = ({ ends, rows, count }) =>
  new Http2Flow(ends, rows.http2, (frame, grpc) => {
    count(PROTOCOL.http2, frame);
    if (grpc) count(PROTOCOL.grpc, frame);
  });

/** What follows an upgrade or CONNECT; Wireshark counts it as HTTP too. */
function afterUpgrade(making: Making, protocol: string): StreamReader | null {
  const count: Count = (number, frame) => {
    making.count(PROTOCOL.http, frame);
    making.count(number, frame);
  };
  if (protocol === 'websocket') return new WebSocketFlow(frame => count(PROTOCOL.websocket, frame));
  if (protocol === 'h2c') return makeHttp2({ ...making, count });
  return new StreamChooser({ ...making, count }, false);
}

/** Ports on which tshark 4.4 reads a protocol by default. */
const PORTS: readonly [Make, readonly number[]][] = [
  [makeDns('dns'), [53]],
  [makeDns('mdns'), [5353]],
  [makeDns('llmnr'), [5355]],
  [makeHttp, [80, 631, 3128, 3132, 5985, 8080, 8088, 11_371, 1900, 2869, 2710]],
  [makeTls, [443, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 8883]],
  ...SMALL_STREAMS,
];

const BY_PORT = new Map(PORTS.flatMap(([make, ports]) => ports.map(port => [port, make] as const))); // pairs, for the Map

/**
 * Chooses who reads a connection, as tshark does: what was recognised before, else the port (the server's, the lower, the
 * higher), else the look of the bytes.
 */
export class StreamChooser implements StreamReader {
  readonly #byPort: PortReader | null;
  #recognised: StreamReader | null = null;
  /** Who was given the last bytes of each direction. */
  readonly #last: [StreamReader | null, StreamReader | null] = [null, null];

  /** @param byPort false inside a tunnel: the port is that of the tunnel */
  constructor(
    readonly making: Making,
    byPort = true,
  ) {
    const { a, b } = making.ends;
    const make = !byPort ? undefined : (BY_PORT.get(b.port) ?? BY_PORT.get(Math.min(a.port, b.port)) ?? BY_PORT.get(a.port));
    this.#byPort = make ? make(making) : null;
  }

  read(piece: Piece, bytes: Uint8Array, start: number, end: number, need: Need, whole: boolean): void {
    if (start >= end) return;
    if (this.#recognised) {
      this.#last[piece.from] = this.#recognised;
      this.#recognised.read(piece, bytes, start, end, need, whole);
      return;
    }
    if (this.#byPort) {
      this.#last[piece.from] = this.#byPort;
      this.#byPort.read(piece, bytes, start, end, need, whole);
      if (!this.#byPort.rejected) return;
      need.none();
    }
    this.#recognised = this.#recognise(bytes, start, end);
    this.#last[piece.from] = this.#recognised;
    if (this.#recognised) this.#recognised.read(piece, bytes, start, end, need, whole);
    else this.making.count(PROTOCOL.data, piece.frame);
  }

  #recognise(bytes: Uint8Array, start: number, end: number): StreamReader | null {
    if (isTlsRecord(bytes, start, end)) return makeTls(this.making);
    if (looksLikeHttp(bytes, start, end)) return makeHttp(this.making);
    if (looksLikeSip(bytes, start, end)) return makeSip(this.making);
    if (isHttp2Preface(bytes, start, end)) return makeHttp2(this.making);
    return null;
  }

  skipped(where: Where, late: boolean): void {
    this.#last[where.from]?.skipped(where, late);
  }

  ended(where: Where): void {
    this.#last[where.from]?.ended(where);
  }

  lost(from: 0 | 1): void {
    this.#last[from]?.lost(from);
  }
}

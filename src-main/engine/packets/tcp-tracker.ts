import type { Decoder } from './decoder';
import { type FlowTable, TcpFlow } from './flows';
import type { Mark } from './marks';
import type { PacketLog } from './packet-log';
import { ARRIVAL, type Arrival, type Piece } from './piece';
import { analyseSegment, Segment } from './tcp-analysis';
import { noteAnalysis, noteMark, trackSegment } from './tcp-notes';
import { readOptions, TcpOptions } from './tcp-options';
import { ACK, ANALYSIS, FIN, RST, SCALE_UNUSED, SYN, type TcpSide } from './tcp-side';

/** Shares of tcp.completeness. */
const COMPLETE = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 };

/** Who is given the segments with bytes, and told of the end of a flow. */
export interface StreamSink {
  segment(flow: TcpFlow, piece: Piece): void;
  closed(flow: TcpFlow, by: 'fin' | 'rst', from: 0 | 1, frame: number, ts: number): void;
}

/** Follows TCP flows: whose packet it is, the sequence analysis, counters, and the stream for the dissectors. */
export class TcpTracker {
  readonly #segment = new Segment();
  readonly #options = new TcpOptions();
  readonly #piece: Piece;
  readonly #flows: FlowTable;
  readonly #streams: StreamSink;
  segments = 0;
  dataSegments = 0;

  readonly #log: PacketLog;

  constructor(flows: FlowTable, streams: StreamSink, piece: Piece, log: PacketLog) {
    this.#flows = flows;
    this.#streams = streams;
    this.#piece = piece;
    this.#log = log;
  }

  /** @param at the TCP header. Of a header that was cut short only the ports are used. */
  packet(d: Decoder, at: number, end: number, wireEnd: number): TcpFlow | null {
    if (at + 16 > end) return null;
    const { bytes } = d;
    const sport = d.u16(at);
    const dport = d.u16(at + 2);
    const rawSeq = d.u32(at + 4);
    const rawAck = d.u32(at + 8);
    const flags = bytes[at + 13] ?? 0;
    const header = ((bytes[at + 12] ?? 0) >>> 4) * 4;
    this.segments++;

    const flow = this.#flowOf(d, sport, dport, rawSeq, flags);
    const isKeyOrder =
      flow.sourcePort === sport && flow.source.equals(d.source) && (sport !== dport || flow.destination.equals(d.destination));
    const from: 0 | 1 = isKeyOrder === flow.reversed ? 1 : 0;
    const fwd = flow.sides[from];
    const rev = flow.sides[from === 0 ? 1 : 0];
    fwd.packets++;
    fwd.bytes += d.length;
    if (d.time > flow.lastTime) flow.lastTime = d.time;
    if (header < 20 || at + header > wireEnd) {
      d.malformed = true;
      return flow;
    }
    const length = wireEnd - at - header;
    fwd.payload += length;
    if (length > 0) fwd.dataSegments++;

    takeBases(fwd, rev, rawSeq, rawAck, flags);
    if (header > 20) this.#readOptions(d, flow, fwd, rev, at, Math.min(end, at + header), flags);
    else {
      fwd.sackCount = 0;
      if ((flags & SYN) !== 0) noScale(fwd, rev, flags);
    }

    const segment = this.#segment;
    segment.frame = d.frame;
    segment.time = d.time;
    segment.seq = (rawSeq - fwd.base) | 0;
    segment.ack = (flags & ACK) !== 0 ? (rawAck - rev.base) | 0 : rawAck | 0;
    segment.flags = flags;
    segment.window = d.u16(at + 14);
    segment.length = length;
    const highBefore = fwd.nextSeq;
    const streamBefore = fwd.stream;
    const found = analyseSegment(fwd, rev, segment, flow.initialRtt);
    fwd.stream += highBefore === 0 ? fwd.nextSeq >>> 0 : (fwd.nextSeq - highBefore) | 0;
    follow(flow, segment, d.frame === flow.firstFrame);
    if ((flags & (SYN | FIN | RST)) !== 0) noteMark(flow, mark(d, from, segment));
    if (found !== 0) noteAnalysis(flow, from, segment, found);
    trackSegment(flow, from, segment, found, d, highBefore);
    this.#log.add(d.frame, d.time, flow.number, from, true, length, flags, segment.seq, segment.ack, segment.window, found);

    // Bytes in a RST are a reason in words, no part of the stream (RFC 9293 section 3.5.3).
    if (length > 0 && (flags & RST) === 0) {
      this.dataSegments++;
      const piece = this.#piece;
      // Sequence number 1 is the first byte: the SYN, or what came before the first packet, is 0.
      piece.offset = (highBefore === 0 ? segment.seq >>> 0 : streamBefore + ((segment.seq - highBefore) | 0)) - 1;
      // Data in a SYN (fast open) comes after it.
      if ((flags & SYN) !== 0) piece.offset++;
      piece.gap = piece.offset > fwd.handed;
      piece.arrival = arrivalOf(found);
      piece.frame = d.frame;
      piece.ts = d.ts;
      piece.from = from;
      piece.bytes = bytes;
      piece.start = Math.min(end, at + header);
      piece.end = end;
      piece.length = length;
      if (piece.offset + length > fwd.handed) fwd.handed = piece.offset + length;
      this.#streams.segment(flow, piece);
    }
    if ((flags & RST) !== 0) this.#streams.closed(flow, 'rst', from, d.frame, d.ts);
    else if ((flags & FIN) !== 0) this.#streams.closed(flow, 'fin', from, d.frame, d.ts);
    return flow;
  }

  /** The flow of the packet; a SYN or SYN/ACK with another number, or after a FIN or RST, begins a new one. */
  #flowOf(d: Decoder, sport: number, dport: number, rawSeq: number, flags: number): TcpFlow {
    const known = this.#flows.find(true, d.source, d.destination, sport, dport);
    const before = known?.kind === 'tcp' ? known : undefined;
    let reused = false;
    if (before && (flags & SYN) !== 0) {
      const isKeyOrder = before.sourcePort === sport && before.source.equals(d.source);
      const side = before.sides[isKeyOrder === before.reversed ? 1 : 0];
      const isOther = side.hasBase && side.base !== (rawSeq | 0);
      const isOver = (before.completeness & (COMPLETE.fin | COMPLETE.rst)) !== 0;
      reused = isOther || isOver;
    }
    if (before && !reused) return before;
    if (before) before.replaced = true;
    const flow = new TcpFlow(d.family, sport, dport);
    flow.reversed = (flags & (SYN | ACK)) === (SYN | ACK);
    flow.reusedPorts = reused;
    flow.previous = before ? { lastTime: before.lastTime, number: before.number } : null;
    this.#flows.add(flow, d.source, d.destination, d.frame, d.time);
    return flow;
  }

  #readOptions(d: Decoder, flow: TcpFlow, fwd: TcpSide, rev: TcpSide, at: number, headerEnd: number, flags: number): void {
    // Timestamps alone, aligned as every system sends them: the usual packet.
    if (headerEnd === at + 32 && (flags & SYN) === 0 && d.u32(at + 20) === 0x0101080a) {
      fwd.sackCount = 0;
      return;
    }
    const options = this.#options;
    readOptions(options, d.bytes, at + 20, headerEnd);
    fwd.sackCount = options.sackCount;
    if (options.sackCount > 0 && fwd.sack.length === 0) fwd.sack = [];
    for (let i = 0; i < options.sackCount * 2; i++) fwd.sack[i] = ((options.sack[i] ?? 0) - rev.base) | 0;
    if ((flags & SYN) === 0) return;
    fwd.mss = options.mss;
    fwd.offersSack = options.sackPermitted;
    fwd.offersTimestamps = options.timestamps;
    if (options.windowScale < 0) noScale(fwd, rev, flags);
    else fwd.scale = options.windowScale;
    fwd.offeredScale = options.windowScale;
    if ((flags & ACK) === 0) flow.synOptionsSeen = true;
  }
}

/** Scaling is used only when both ends offer it (RFC 7323 section 2.2). */
function noScale(fwd: TcpSide, rev: TcpSide, flags: number): void {
  fwd.scale = SCALE_UNUSED;
  if ((flags & ACK) !== 0) rev.scale = SCALE_UNUSED;
}

/** Sequence numbers are counted from the SYN, else from the byte before the first packet; the other end's from its ACK. */
function takeBases(fwd: TcpSide, rev: TcpSide, rawSeq: number, rawAck: number, flags: number): void {
  if (!fwd.hasBase) {
    fwd.base = ((flags & SYN) !== 0 ? rawSeq : rawSeq - 1) | 0;
    fwd.hasBase = true;
  }
  if (!rev.hasBase && (flags & ACK) !== 0) {
    rev.base = (rawAck - 1) | 0;
    rev.hasBase = true;
  }
}

/** As Wireshark counts them: an ACK is one without data, a FIN carries an ACK, a SYN only begins a flow. */
function follow(flow: TcpFlow, { flags, time, length }: Segment, isFirst: boolean): void {
  let bits = 0;
  if ((flags & (SYN | ACK)) === SYN) {
    if (isFirst) bits = length > 0 ? COMPLETE.syn | COMPLETE.data : COMPLETE.syn;
    flow.synTime = time;
  } else if ((flags & SYN) !== 0) bits = COMPLETE.synAck;
  else if ((flags & ACK) !== 0) {
    bits = length > 0 ? COMPLETE.data : COMPLETE.ack;
    if (flow.initialRtt === 0 && !Number.isNaN(flow.synTime)) flow.initialRtt = time - flow.synTime;
  }
  if ((flags & (FIN | ACK)) === (FIN | ACK)) bits |= COMPLETE.fin;
  if ((flags & RST) !== 0) bits |= COMPLETE.rst;
  flow.completeness |= bits;
}

function mark(d: Decoder, from: 0 | 1, { seq, ack, flags, window }: Segment): Mark {
  return { frame: d.frame, time: d.time, from, seq: seq >>> 0, ack: ack >>> 0, flags, window, ttl: d.ttl };
}

function arrivalOf(found: number): Arrival {
  if ((found & ANALYSIS.keepAlive) !== 0) return ARRIVAL.keepAlive;
  if ((found & ANALYSIS.outOfOrder) !== 0) return ARRIVAL.outOfOrder;
  if ((found & ANALYSIS.retransmission) === 0) return ARRIVAL.inOrder;
  if ((found & ANALYSIS.fastRetransmission) !== 0) return ARRIVAL.fast;
  return (found & ANALYSIS.spuriousRetransmission) !== 0 ? ARRIVAL.spurious : ARRIVAL.retransmission;
}

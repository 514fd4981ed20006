import { Applications } from './application';
import { countConnection, noConnections } from './connection-counts';
import { Decoder, type DecoderSink } from './decoder';
import { AddressWords } from './flow-key';
import { type Flow, FlowTable, UdpFlow } from './flows';
import { decodeIp } from './link/link-types';
import { decodeUdpTunnel } from './network/ip-protocols';
import { PacketLog } from './packet-log';
import { ARRIVAL, type Piece } from './piece';
import { PROTOCOL } from './protocol-names';
import { type StreamSink, TcpTracker } from './tcp-tracker';
import { CaptureTrack } from './track/capture-track';

/** Times inside the analysis are ns since the second of the first packet: exact integers for 104 days. */
const SECOND = 1e9;

/** One pass over the packets of a capture. Never throws on bytes; memory does not grow with the number of packets. */
export class CaptureAnalysis implements DecoderSink {
  readonly decoder = new Decoder(this);
  readonly applications: Applications;
  readonly tcpFlows: TcpTracker;
  readonly log: PacketLog;
  readonly #piece: Piece = {
    frame: 0,
    ts: 0,
    from: 0,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    length: 0,
    offset: 0,
    arrival: ARRIVAL.inOrder,
    ttl: 0,
    gap: false,
  };

  /** What detectors want to know beyond flows and rows. */
  readonly track = new CaptureTrack();

  packets = 0;
  bytes = 0;
  capturedBytes = 0;
  /** Seconds since 1970 of the smallest and largest time stamp; NaN before the first. */
  firstTs = Number.NaN;
  /** The same in ns since the base of the capture. */
  firstTime = 0;
  lastTs = Number.NaN;
  truncated = 0;
  malformed = 0;
  /** Records that claim to hold more than was on the wire. */
  oversized = 0;
  #base = Number.NaN;
  #lastTime = 0;
  #watchedUntil = Number.NaN;

  /** Messages by type * 256 + code. */
  readonly icmpCounts = new Map<number, number>();
  readonly icmp6Counts = new Map<number, number>();
  /** What became of flows that had to make room. */
  readonly letGo = { connections: noConnections(), datagrams: 0 };
  arpRequests = 0;
  arpReplies = 0;

  #icmpSeen = false;
  /** Whose payload is being read. */
  #flow: Flow | null = null;
  #udpFlow: UdpFlow | null = null;
  #udpFrom: 0 | 1 = 0;
  readonly #outerSource = new AddressWords();
  readonly #outerDestination = new AddressWords();

  /** @param onlyFlow number of the one flow whose packets are to be logged; 0 logs all, the latest ones */
  constructor(
    onlyFlow = 0,
    readonly flows = new FlowTable(),
  ) {
    this.log = new PacketLog(onlyFlow);
    this.applications = new Applications((protocol, frame) => {
      this.decoder.counts.count(protocol, frame);
      if (this.#flow !== null && protocol !== PROTOCOL.data) this.#flow.protocol = protocol;
    });
    const streams: StreamSink = {
      segment: (flow, piece) => {
        this.#flow = flow;
        this.applications.segment(flow, piece);
      },
      closed: (...args) => this.applications.closed(...args),
    };
    const { fragments } = this.decoder;
    fragments.onIncomplete = (set, why) => this.track.fragmentsLost(set, why);
    fragments.onOverlap = set => this.track.fragmentsLost(set, 'overlap');
    this.flows.onEvict = flow => {
      this.applications.forget(flow);
      if (flow.kind === 'tcp') countConnection(this.letGo.connections, flow);
      else this.letGo.datagrams++;
    };
    this.tcpFlows = new TcpTracker(this.flows, streams, this.#piece, this.log);
  }

  /**
   * @param seconds whole seconds since 1970, or NaN where the record has no time
   * @param nanos nanoseconds after that
   * @param end captured bytes end here; `length` is that on the wire
   */
  packet(bytes: Uint8Array, start: number, end: number, length: number, seconds: number, nanos: number, linkType: number): void {
    const frame = ++this.packets;
    const captured = end - start;
    this.bytes += length;
    this.capturedBytes += captured;
    if (captured < length) this.truncated++;
    else if (captured > length) this.oversized++;
    let time = this.#lastTime;
    let ts = Number.NaN;
    if (seconds === seconds) {
      if (this.#base !== this.#base) this.#base = seconds;
      time = (seconds - this.#base) * SECOND + nanos;
      ts = seconds + nanos / SECOND;
      this.#lastTime = time;
      this.track.frames.frame(time, frame);
      if (!(ts >= this.firstTs)) {
        this.firstTs = ts;
        this.firstTime = time;
      }
      if (!(ts <= this.lastTs)) this.lastTs = ts;
    }
    this.#icmpSeen = false;
    this.#udpFlow = null;
    const { decoder } = this;
    decoder.packet(bytes, start, end, length, frame, time, ts, linkType);
    if (this.#udpFlow !== null) this.#countUdp(this.#udpFlow);
    this.track.frames.decoded(decoder);
    if (decoder.malformed) this.malformed++;
  }

  /** A TLS key log in the file. */
  secrets(bytes: Uint8Array, start: number, end: number): void {
    this.applications.keys.add(bytes, start, end);
  }

  /** Of the last packet that has a time; ns since the base. */
  /** Of a live capture: it was watched till then, though no packet came. Seconds since 1970. */
  watchedUntil(seconds: number): void {
    if (!(seconds > this.lastTs)) return; // before the first packet there is nothing to wait for
    this.#watchedUntil = seconds;
    this.#lastTime = Math.max(this.#lastTime, (seconds - this.#base) * SECOND);
  }

  /** Seconds since 1970 of the last packet, or till when a live capture watched. */
  get endTs(): number {
    return this.#watchedUntil > this.lastTs ? this.#watchedUntil : this.lastTs;
  }

  get lastTime(): number {
    return this.#lastTime;
  }

  /** Seconds since 1970 of a time inside the analysis. */
  toSeconds(time: number): number {
    return this.#base === this.#base ? this.#base + time / SECOND : Number.NaN;
  }

  end(): void {
    this.decoder.fragments.end();
    this.applications.end();
  }

  network(d: Decoder, payload: number): void {
    this.track.network(d, payload);
  }

  bridge(d: Decoder, start: number, end: number): void {
    this.track.bpdu(d, start, end);
  }

  tcp(d: Decoder, start: number, end: number, wireEnd: number): void {
    if (d.quoted) {
      this.#quotedPayload(d, true, start, start + ((d.bytes[start + 12] ?? 0) >>> 4) * 4, end, wireEnd);
      return;
    }
    const flow = this.tcpFlows.packet(d, start, end, wireEnd);
    this.track.checksums.transport(d, start, end, wireEnd, 16);
    if (flow !== null && flow.firstFrame === d.frame) this.track.firstSegment(d, start, wireEnd);
  }

  udp(d: Decoder, start: number, end: number, wireEnd: number): void {
    if (start + 8 > end) {
      d.malformed = true;
      return;
    }
    const sport = d.u16(start);
    const dport = d.u16(start + 2);
    const stated = d.u16(start + 4);
    // 0 stands for a jumbogram (RFC 2675); a length that cannot be is no datagram.
    if (stated !== 0 && (stated < 8 || stated > wireEnd - start)) d.malformed = true;
    const stop = stated >= 8 ? Math.min(wireEnd, start + stated) : wireEnd;
    const captured = Math.min(end, stop);
    if (d.quoted) {
      this.#quotedPayload(d, false, start, start + 8, captured, stop);
      return;
    }
    const flow = this.#udpFlowOf(d, sport, dport);
    this.track.checksums.transport(d, start, captured, stop, 6);
    if (flow.track !== null)
      this.track.numbered(flow, this.#udpFrom, d.bytes, start + 8, captured, Math.min(sport, dport), d.frame);
    this.log.add(d.frame, d.time, flow.number, this.#udpFrom, false, stop - start - 8, 0, 0, 0, 0, 0);
    if (decodeUdpTunnel(d, sport, dport, start + 8, captured, stop)) return;
    const piece = this.#piece;
    piece.frame = d.frame;
    piece.ts = d.ts;
    piece.from = this.#udpFrom;
    piece.bytes = d.bytes;
    piece.start = start + 8;
    piece.end = captured;
    piece.length = stop - start - 8;
    piece.offset = 0;
    piece.arrival = ARRIVAL.inOrder;
    piece.gap = false;
    piece.ttl = d.ttl;
    this.#flow = flow;
    this.applications.datagram(flow, piece);
  }

  icmp(d: Decoder, start: number, end: number, wireEnd: number): void {
    if (start + 2 > end) return;
    const type = d.bytes[start] ?? 0;
    if (!d.quoted) this.track.icmpMessage(d, start, end, this.flows);
    if (!this.#icmpSeen) this.#countIcmp(this.icmpCounts, type, d.bytes[start + 1] ?? 0);
    if (QUOTING.has(type)) this.#quote(d, start + 8, end, wireEnd);
  }

  icmp6(d: Decoder, start: number, end: number, wireEnd: number): void {
    if (start + 2 > end) return;
    const type = d.bytes[start] ?? 0;
    if (!d.quoted) this.track.icmp6Message(d, start, end, this.flows);
    if (!this.#icmpSeen) this.#countIcmp(this.icmp6Counts, type, d.bytes[start + 1] ?? 0);
    if (type >= 1 && type <= 4) this.#quote(d, start + 8, end, wireEnd);
  }

  arp(d: Decoder, start: number, end: number): void {
    if (start + 8 > end) return;
    this.track.arp.packet(d, start, end);
    const operation = d.u16(start + 6);
    if (operation === 1) this.arpRequests++;
    else if (operation === 2) this.arpReplies++;
  }

  #countIcmp(counts: Map<number, number>, type: number, code: number): void {
    this.#icmpSeen = true;
    const key = type * 256 + code;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  /** What a quoted packet carries counts for its protocols. */
  #quotedPayload(d: Decoder, tcp: boolean, header: number, start: number, end: number, wireEnd: number): void {
    if (start >= end || start < header + 8) return;
    const sport = d.u16(header);
    const dport = d.u16(header + 2);
    const piece = this.#piece;
    piece.frame = d.frame;
    piece.ts = d.ts;
    piece.from = 0;
    piece.bytes = d.bytes;
    piece.start = start;
    piece.end = end;
    piece.length = wireEnd - start;
    piece.offset = 0;
    piece.arrival = ARRIVAL.inOrder;
    piece.gap = false;
    const flow = this.flows.find(tcp, d.source, d.destination, sport, dport);
    this.applications.quoted(flow?.app, tcp, sport, dport, piece);
  }

  /** The packet an ICMP error is about: counts for protocols, makes no flow. */
  #quote(d: Decoder, at: number, end: number, wireEnd: number): void {
    if (d.quoted || at >= end) return;
    this.#outerSource.copy(d.source);
    this.#outerDestination.copy(d.destination);
    const { family, ttl } = d;
    d.quoted = true;
    decodeIp(d, at, end, wireEnd);
    d.quoted = false;
    d.source.copy(this.#outerSource);
    d.destination.copy(this.#outerDestination);
    d.family = family;
    d.ttl = ttl;
  }

  #udpFlowOf(d: Decoder, sport: number, dport: number): UdpFlow {
    const known = this.flows.find(false, d.source, d.destination, sport, dport);
    let flow: UdpFlow;
    if (known?.kind === 'udp') flow = known;
    else {
      flow = new UdpFlow(d.family, sport, dport);
      this.flows.add(flow, d.source, d.destination, d.frame, d.time);
    }
    const isKeyOrder =
      flow.sourcePort === sport && flow.source.equals(d.source) && (sport !== dport || flow.destination.equals(d.destination));
    this.#udpFlow = flow;
    this.#udpFrom = isKeyOrder ? 0 : 1;
    if (d.time > flow.lastTime) flow.lastTime = d.time;
    return flow;
  }

  /** Counts the packet for its innermost datagram; the ends shown are those of the innermost network layer. */
  #countUdp(flow: UdpFlow): void {
    const { packets, bytes } = flow;
    const { source, destination, family, length } = this.decoder;
    let from = this.#udpFrom;
    const isTunnel = !source.equals(from === 0 ? flow.source : flow.destination);
    if (isTunnel && packets[0] + packets[1] === 0) {
      const shown = { family, source: new AddressWords(), destination: new AddressWords() };
      shown.source.copy(source);
      shown.destination.copy(destination);
      flow.shown = shown;
    } else if (isTunnel && flow.shown) from = flow.shown.source.equals(source) ? 0 : 1;
    packets[from]++;
    this.track.datagram(flow, from, this.decoder);
    bytes[from] += length;
  }
}

/** ICMP errors quote the packet they are about: unreachable, source quench, redirect, time exceeded, parameter problem. */
const QUOTING = new Set([3, 4, 5, 11, 12]);

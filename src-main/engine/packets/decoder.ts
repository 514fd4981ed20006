import { AddressWords } from './flow-key';
import { Fragments } from './fragments';
import { decodeLink } from './link/link-types';
import { PROTOCOL, type Protocol, ProtocolCounts } from './protocol-names';

/** Headers inside each other that are followed in one packet (threat-model). */
export const MAX_DEPTH = 16;

/** Who wants to know what a packet holds. Offsets are into `decoder.bytes`; `wireEnd` is past `end` where bytes were cut. */
export interface DecoderSink {
  /** The headers of a network layer were read: addresses, ttl and protocol stand in the decoder. */
  network(decoder: Decoder, payloadStart: number, wireEnd: number): void;
  tcp(decoder: Decoder, start: number, end: number, wireEnd: number): void;
  /** `start` is the UDP header. @returns false when nothing more should be made of the payload */
  udp(decoder: Decoder, start: number, end: number, wireEnd: number): void;
  icmp(decoder: Decoder, start: number, end: number, wireEnd: number): void;
  icmp6(decoder: Decoder, start: number, end: number, wireEnd: number): void;
  arp(decoder: Decoder, start: number, end: number): void;
  bridge(decoder: Decoder, start: number, end: number): void;
}

/** Reads the headers of one packet after another, from the link layer to the transport; reused, holds no packet. */
export class Decoder {
  readonly counts = new ProtocolCounts();
  readonly vlans = new Set<number>();
  readonly fragments = new Fragments();

  // The packet.
  bytes: Uint8Array = new Uint8Array(0);
  frame = 0;
  /** ns since the base of the capture. */
  time = 0;
  /** Seconds since 1970. */
  ts = 0;
  /** Bytes on the wire and bytes kept. */
  length = 0;
  captured = 0;
  start = 0;

  // The innermost headers read so far.
  /** Of the Ethernet header: where the destination address stands in `bytes`, -1 without one. */
  macAt = -1;
  /** Of a Linux cooked capture: 4 is sent by this machine; -1 elsewhere. */
  packetType = -1;
  family = 0;
  readonly source = new AddressWords();
  readonly destination = new AddressWords();
  ttl = 0;
  ipProtocol = 0;
  ipId = 0;
  /** Don't-fragment is set; IPv6 never fragments on the way. */
  dontFragment = false;
  /** Bytes of the network layer, header included, as its own length field says. */
  ipLength = 0;
  ipStart = 0;
  /** This is a piece of a datagram, or one just put together. */
  isFragment = false;
  reassembled = false;
  /** Inside the quote of an ICMP error: counts for protocols, never for flows. */
  quoted = false;
  depth = 0;
  /** Something in the headers was cut short or contradicts itself. */
  malformed = false;
  /** The same packet was in the capture within the millisecond before. */
  isCopy = false;

  constructor(readonly sink: DecoderSink) {}

  /** @param end captured bytes end here; `length` is that on the wire */
  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    frame: number,
    time: number,
    ts: number,
    linkType: number,
  ): void {
    this.bytes = bytes;
    this.start = start;
    this.frame = frame;
    this.time = time;
    this.ts = ts;
    this.length = length;
    this.captured = end - start;
    this.counts.frameLength = length;
    this.macAt = -1;
    this.packetType = -1;
    this.family = 0;
    this.quoted = false;
    this.isFragment = false;
    this.reassembled = false;
    this.depth = 0;
    this.malformed = false;
    this.isCopy = false;
    decodeLink(this, linkType, start, end, start + Math.max(length, end - start));
  }

  count(protocol: Protocol): void {
    this.counts.count(protocol, this.frame);
  }

  u16(at: number): number {
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }

  /** Unsigned. */
  u32(at: number): number {
    return ((this.u16(at) << 16) | this.u16(at + 2)) >>> 0;
  }

  /** One header deeper; false at the limit. */
  enter(): boolean {
    return ++this.depth <= MAX_DEPTH;
  }

  data(): void {
    this.count(PROTOCOL.data);
  }
}

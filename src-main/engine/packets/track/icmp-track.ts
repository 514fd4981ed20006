import type { Decoder } from '../decoder';
import { addressText, macText } from '../flow-key';
import type { FlowTable } from '../flows';
import { u8, u16, u32 } from '../protocols/bytes';
import { BoundedMap } from './bounded-map';
import { type Quote, readQuote } from './quote';

const MAX_ERRORS = 10_000;
const MAX_PENDING = 256;
const MAX_FRAMES = 8;
/** A request of ping without a reply after this long has none. */
const ECHO_WAIT_NS = 2e9;

/** One ICMP or ICMPv6 error. Times in ns since the base of the capture. */
export interface IcmpError {
  frame: number;
  time: number;
  family: number;
  type: number;
  code: number;
  reporter: string;
  receiver: string;
  reporterMac: string | null;
  /** Of "fragmentation needed" and "packet too big"; null elsewhere. */
  mtu: number | null;
  /** Of a redirect: the gateway it advises. */
  gateway: string | null;
  quote: Quote | null;
  /** The flow the quoted packet belongs to; 0 when it is not in the capture. */
  flow: number;
}

export interface EchoStream {
  family: number;
  from: string;
  to: string;
  id: number;
  requests: number;
  replies: number;
  /** Requests older than the wait, without a reply. */
  lost: number;
  lostFrames: number[];
  firstFrame: number;
  firstTime: number;
  lastFrame: number;
  lastTime: number;
  minTtl: number;
  readonly pending: Map<number, { frame: number; time: number }>;
}

/** ICMP errors with what they quote, and pings with what came back. */
export class IcmpTrack {
  readonly errors: IcmpError[] = [];
  errorsLeftOut = 0;
  readonly echoes = new BoundedMap<string, EchoStream>(2048);

  icmp(d: Decoder, at: number, end: number, flows: FlowTable): void {
    const type = u8(d.bytes, at);
    if (at + 8 > end) return;
    if (type === 8) this.#request(d, at);
    else if (type === 0) this.#reply(d, at);
    else if (type === 3 || type === 5 || type === 11 || type === 12) {
      const isTooBig = type === 3 && u8(d.bytes, at + 1) === 4;
      const gateway = type === 5 ? addressText(4, { w0: 0, w1: 0, w2: 0, w3: u32(d.bytes, at + 4) | 0 }) : null;
      this.#error(d, at, end, flows, isTooBig ? u16(d.bytes, at + 6) : null, gateway);
    }
  }

  icmp6(d: Decoder, at: number, end: number, flows: FlowTable): void {
    const type = u8(d.bytes, at);
    if (at + 8 > end) return;
    if (type === 128) this.#request(d, at);
    else if (type === 129) this.#reply(d, at);
    else if (type >= 1 && type <= 4) this.#error(d, at, end, flows, type === 2 ? u32(d.bytes, at + 4) : null, null);
  }

  #error(d: Decoder, at: number, end: number, flows: FlowTable, mtu: number | null, gateway: string | null): void {
    if (this.errors.length >= MAX_ERRORS) {
      this.errorsLeftOut++;
      return;
    }
    const quote = readQuote(d.bytes, at + 8, end);
    const isTcp = quote?.protocol === 6;
    const hasFlow = quote !== null && (isTcp || quote.protocol === 17) && quote.dport !== 0;
    const flow = hasFlow ? flows.find(isTcp, quote.source, quote.destination, quote.sport, quote.dport) : undefined;
    this.errors.push({
      frame: d.frame,
      time: d.time,
      family: d.family,
      type: u8(d.bytes, at),
      code: u8(d.bytes, at + 1),
      reporter: addressText(d.family, d.source),
      receiver: addressText(d.family, d.destination),
      reporterMac: d.macAt < 0 || d.reassembled ? null : macText(d.bytes, d.macAt + 6),
      mtu,
      gateway,
      quote,
      flow: flow?.number ?? 0,
    });
  }

  #request(d: Decoder, at: number): void {
    const from = addressText(d.family, d.source);
    const to = addressText(d.family, d.destination);
    const id = u16(d.bytes, at + 4);
    const stream = this.echoes.take(`${from} ${to} ${id}`, () => ({
      family: d.family,
      from,
      to,
      id,
      requests: 0,
      replies: 0,
      lost: 0,
      lostFrames: [],
      firstFrame: d.frame,
      firstTime: d.time,
      lastFrame: d.frame,
      lastTime: d.time,
      minTtl: 255,
      pending: new Map(),
    }));
    if (!stream) return;
    stream.requests++;
    stream.lastFrame = d.frame;
    stream.lastTime = d.time;
    stream.minTtl = Math.min(stream.minTtl, d.ttl);
    const sequence = u16(d.bytes, at + 6);
    if (stream.pending.size >= MAX_PENDING) this.expire(stream, d.time);
    if (stream.pending.size < MAX_PENDING) stream.pending.set(sequence, { frame: d.frame, time: d.time });
  }

  #reply(d: Decoder, at: number): void {
    if (this.echoes.map.size === 0) return;
    const stream = this.echoes.map.get(
      `${addressText(d.family, d.destination)} ${addressText(d.family, d.source)} ${u16(d.bytes, at + 4)}`,
    );
    if (!stream) return;
    const sequence = u16(d.bytes, at + 6);
    const request = stream.pending.get(sequence);
    if (!request) return;
    stream.pending.delete(sequence);
    stream.replies++;
  }

  /** Counts what was not answered in time, as of `time`. */
  expire(stream: EchoStream, time: number): void {
    for (const [sequence, request] of stream.pending) {
      if (time - request.time < ECHO_WAIT_NS) continue;
      stream.pending.delete(sequence);
      stream.lost++;
      if (stream.lostFrames.length < MAX_FRAMES) stream.lostFrames.push(request.frame);
    }
  }
}

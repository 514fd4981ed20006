import type { Segment } from '../tcp-analysis';
import { ANALYSIS, type TcpSide } from '../tcp-side';

/** Pairs of round trip and bytes in flight kept of one direction. */
const SAMPLES = 128;

/** What a transfer was waiting for. */
export const LIMIT = { zeroWindow: 0, window: 1, loss: 2, application: 3, network: 4 } as const;

/** One direction that carries much: what it waits for, and its round trips against the bytes in flight. */
export class BulkTrack {
  /** ns spent waiting, by LIMIT. */
  readonly waits = new Float64Array(5);
  readonly #rtt = new Float32Array(SAMPLES);
  readonly #inFlight = new Float32Array(SAMPLES);
  #seen = 0;
  #stride = 1;
  #kept = 0;
  /** The largest window the receiver offered, scaled. */
  maxWindow = 0;
  maxInFlight = 0;
  #last: number;
  #inFlightNow = 0;
  #state: number = LIMIT.network;
  /** Sequence number that ends the recovery from a loss; NaN without one. */
  #recover = Number.NaN;

  constructor(readonly since: number) {
    this.#last = since;
  }

  /** Before a packet of the flow is looked at: the time until now belongs to what was waited for. */
  before(time: number): void {
    const passed = time - this.#last;
    if (passed > 0) {
      this.waits[this.#state] = (this.waits[this.#state] ?? 0) + passed;
      this.#last = time;
    }
  }

  sent(fwd: TcpSide, rev: TcpSide, { length }: Segment, found: number): void {
    if (length > 0 && (found & ANALYSIS.retransmission) !== 0) this.#recover = fwd.nextSeq;
    this.#judge(fwd, rev);
  }

  /** A packet of the receiver. */
  acked(fwd: TcpSide, rev: TcpSide, segment: Segment): void {
    const inFlight = (fwd.nextSeq - rev.lastAck) | 0;
    if (segment.ackRtt >= 0 && segment.length === 0 && inFlight >= 0) this.#sample(segment.ackRtt, this.#inFlightNow);
    if (this.#recover === this.#recover && ((segment.ack - this.#recover) | 0) >= 0) this.#recover = Number.NaN;
    this.#judge(fwd, rev);
  }

  #judge(fwd: TcpSide, rev: TcpSide): void {
    const inFlight = Math.max(0, (fwd.nextSeq - rev.lastAck) | 0);
    this.#inFlightNow = inFlight;
    if (inFlight > this.maxInFlight) this.maxInFlight = inFlight;
    const window = rev.window * 2 ** Math.max(0, rev.scale);
    if (window > this.maxWindow) this.maxWindow = window;
    if (window === 0) this.#state = LIMIT.zeroWindow;
    else if (this.#recover === this.#recover) this.#state = LIMIT.loss;
    else if (inFlight >= window * 0.95) this.#state = LIMIT.window;
    else this.#state = inFlight === 0 ? LIMIT.application : LIMIT.network;
  }

  /** Keeps every n-th, n doubling when the room is used up: spread over the whole transfer. */
  #sample(rtt: number, inFlight: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#kept === SAMPLES) {
      for (let i = 0; i < SAMPLES / 2; i++) {
        this.#rtt[i] = this.#rtt[i * 2] ?? 0;
        this.#inFlight[i] = this.#inFlight[i * 2] ?? 0;
      }
      this.#kept = SAMPLES / 2;
      this.#stride *= 2;
    }
    this.#rtt[this.#kept] = rtt;
    this.#inFlight[this.#kept] = inFlight;
    this.#kept++;
  }

  /** Round trips in ns and bytes in flight when each began to be measured. */
  get samples(): { rtt: Float32Array; inFlight: Float32Array } {
    return { rtt: this.#rtt.subarray(0, this.#kept), inFlight: this.#inFlight.subarray(0, this.#kept) };
  }
}

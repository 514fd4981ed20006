import type { UdpNumbers } from './udp-numbers';

/** Packets a second from which on a stream counts as steady: games and calls send 20 to 120. */
const STEADY_GAP_NS = 100e6;
const STEADY_FOR_NS = 2e9;
const STALL_NS = 300e6;
/** A stream goes on after a stall: this many packets without a pause show it. */
const CONFIRM_PACKETS = 20;
const MAX_STALLS = 16;

export interface Stall {
  /** The last packet before and the first after. */
  fromFrame: number;
  frame: number;
  time: number;
  /** ns */
  lasted: number;
}

/** One direction of a UDP flow. Times in ns since the base of the capture. */
export class UdpSide {
  packets = 0;
  firstTime = Number.NaN;
  firstFrame = 0;
  lastTime = Number.NaN;
  lastFrame = 0;
  ttl = 0;
  /** Since when no pause was longer than STEADY_GAP_NS. */
  #steadySince = Number.NaN;
  #steadyPackets = 0;
  #waiting: Stall | null = null;
  readonly stalls: Stall[] = [];
  stallCount = 0;
  stallTotal = 0;
  stallLongest = 0;
  numbers: UdpNumbers | null = null;

  packet(frame: number, time: number, ttl: number): void {
    if (this.packets++ === 0) {
      this.firstTime = time;
      this.firstFrame = frame;
      this.#steadySince = time;
    } else {
      const gap = time - this.lastTime;
      if (gap <= STEADY_GAP_NS) {
        this.#steadyPackets++;
        if (this.#waiting !== null && this.#steadyPackets >= CONFIRM_PACKETS) this.#confirm(this.#waiting);
      } else {
        const steadyFor = this.lastTime - this.#steadySince;
        // 20 packets a second at least: what comes in seldom bursts has no stalls.
        const isSteady = steadyFor >= STEADY_FOR_NS && this.#steadyPackets >= steadyFor / 50e6;
        const fromFrame = this.lastFrame;
        this.#waiting = isSteady && gap >= STALL_NS ? { fromFrame, frame, time, lasted: gap } : null;
        this.#steadySince = time;
        this.#steadyPackets = 0;
      }
    }
    this.lastTime = time;
    this.lastFrame = frame;
    this.ttl = ttl;
  }

  #confirm(stall: Stall): void {
    this.#waiting = null;
    this.stallCount++;
    this.stallTotal += stall.lasted;
    if (stall.lasted > this.stallLongest) this.stallLongest = stall.lasted;
    if (this.stalls.length < MAX_STALLS) this.stalls.push(stall);
  }
}

/** What is followed of a UDP flow. */
export class UdpTrack {
  readonly sides: readonly [UdpSide, UdpSide] = [new UdpSide(), new UdpSide()];
}

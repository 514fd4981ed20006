import type { Decoder } from '../decoder';
import { addressText } from '../flow-key';
import { u16, u32 } from '../protocols/bytes';
import { BoundedMap } from './bounded-map';
import { DuplicateTrack } from './duplicate-track';

const SECOND = 1e9;
/** A step back of more than 1 ms is disorder; smaller ones come from several queues of one card. */
const DISORDER_NS = 1e6;
const JUMP_NS = 3600e9;
const MAX_FRAMES = 8;
/** Frames whose hardware addresses are looked at to find the machine that captured. */
const MAC_SAMPLE = 5_000;
const LOW_TTL = 5;

interface MacUse {
  frames: number;
}

export interface LowTtl {
  family: number;
  src: string;
  dst: string;
  ttl: number;
  protocol: number;
  count: number;
  /** TTLs seen, bit by value: rising ones are a traceroute. */
  ttls: number;
  frames: number[];
  firstTime: number;
  lastTime: number;
}

export interface Broadcaster {
  mac: string;
  frames: number;
}

/** What is followed of every frame, whatever it carries. */
export class FrameTrack {
  readonly duplicates = new DuplicateTrack();
  #lastTime = Number.NaN;
  #lastFrame = 0;
  disorderSteps = 0;
  disorderWorst = 0;
  disorderFrames: number[] = [];
  disorderFirst = Number.NaN;
  disorderLast = Number.NaN;
  clockJumps = 0;
  clockJumpWorst = 0;

  readonly #macs = new BoundedMap<number, MacUse>(1024);
  #macFrames = 0;
  /** Frames of Linux cooked captures that this machine sent. */
  sentByCooked = 0;

  readonly lowTtl = new BoundedMap<string, LowTtl>(512);

  groupFrames = 0;
  #second = Number.NaN;
  #inSecond = 0;
  #storming = 0;
  stormSeconds = 0;
  stormFrame = 0;
  stormTime = Number.NaN;
  peakPerSecond = 0;
  readonly broadcasters = new BoundedMap<number, Broadcaster>(512);
  // The same group frame again and again: a loop of switches.
  readonly #loopHash = new Int32Array(256);
  readonly #loopTime = new Float64Array(256);
  readonly #loopCount = new Uint16Array(256);
  loopRepeats = 0;
  loopFrame = 0;
  loopTime = Number.NaN;

  /** Before the frame is decoded. */
  frame(time: number, frame: number): void {
    const step = time - this.#lastTime;
    if (step < -DISORDER_NS) {
      this.disorderSteps++;
      if (-step > this.disorderWorst) this.disorderWorst = -step;
      if (this.disorderFrames.length < MAX_FRAMES) this.disorderFrames.push(frame);
      if (this.disorderFirst !== this.disorderFirst) this.disorderFirst = time;
      this.disorderLast = time;
    }
    if (step > JUMP_NS || step < -JUMP_NS) {
      this.clockJumps++;
      if (Math.abs(step) > this.clockJumpWorst) this.clockJumpWorst = Math.abs(step);
    }
    this.#lastTime = time;
    this.#lastFrame = frame;
  }

  get lastFrame(): number {
    return this.#lastFrame;
  }

  /** After its headers were read. */
  decoded(d: Decoder): void {
    if (d.macAt >= 0) {
      if (((d.bytes[d.macAt] ?? 0) & 1) !== 0) this.#group(d);
      else if (this.#macFrames < MAC_SAMPLE) this.#sampleMacs(d);
    }
    if (d.packetType === 4) this.sentByCooked++;
  }

  network(d: Decoder, payload: number): void {
    if (d.ttl < LOW_TTL) this.#lowTtl(d);
    if (!d.reassembled) this.duplicates.packet(d, payload);
  }

  /** Hardware addresses that stand in nearly every unicast frame: this machine's, and its only partner's if there is one. */
  get localMacs(): string[] {
    if (this.#macFrames === 0) return [];
    return [...this.#macs.map].filter(([, use]) => use.frames >= this.#macFrames * 0.98).map(([mac]) => macOf(mac));
  }

  #sampleMacs(d: Decoder): void {
    this.#macFrames++;
    const { macAt } = d;
    const to = u16(d.bytes, macAt) * 2 ** 32 + u32(d.bytes, macAt + 2);
    const from = u16(d.bytes, macAt + 6) * 2 ** 32 + u32(d.bytes, macAt + 8);
    for (const mac of to === from ? [to] : [to, from]) {
      const use = this.#macs.take(mac, () => ({ frames: 0 }));
      if (use) use.frames++;
    }
  }

  #group(d: Decoder): void {
    const { time, bytes, macAt, frame } = d;
    this.groupFrames++;
    // Streams to groups are traffic that somebody ordered (RTP, television).
    const isStream = d.family === 4 && d.destination.w3 >>> 28 === 14 && d.destination.w3 >>> 8 !== 0xe00000 && d.length > 500;
    if (isStream) return;
    const from = u16(bytes, macAt + 6) * 2 ** 32 + u32(bytes, macAt + 8);
    const sender = this.broadcasters.take(from, () => ({ mac: macOf(from), frames: 0 }));
    if (sender) sender.frames++;
    this.#countSecond(time, frame);
    this.#loop(d);
  }

  #countSecond(time: number, frame: number): void {
    const second = Math.floor(time / SECOND);
    if (second === this.#second) this.#inSecond++;
    else {
      this.#storming = this.#inSecond > 1000 && second === this.#second + 1 ? this.#storming + 1 : 0;
      if (this.#storming > this.stormSeconds) this.stormSeconds = this.#storming;
      this.#second = second;
      this.#inSecond = 1;
    }
    if (this.#inSecond > this.peakPerSecond) {
      this.peakPerSecond = this.#inSecond;
      this.stormFrame = frame;
      this.stormTime = time;
    }
  }

  /** Byte by byte the same frame within a second: nobody sends ten of them, a loop does. */
  #loop(d: Decoder): void {
    const { bytes, macAt, time, frame } = d;
    const end = Math.min(bytes.length, d.start + d.captured, macAt + 96);
    let hash = d.length;
    for (let at = macAt; at + 4 <= end; at += 4) hash = Math.imul(hash ^ u32(bytes, at), 0x01000193) ^ (hash >>> 15);
    const slot = hash & 255;
    if (this.#loopHash[slot] !== hash || time - (this.#loopTime[slot] ?? 0) > SECOND) {
      this.#loopHash[slot] = hash;
      this.#loopTime[slot] = time;
      this.#loopCount[slot] = 1;
      return;
    }
    const count = Math.min(65_535, (this.#loopCount[slot] ?? 0) + 1);
    this.#loopCount[slot] = count;
    if (count <= this.loopRepeats) return;
    this.loopRepeats = count;
    this.loopFrame = frame;
    this.loopTime = time;
  }

  #lowTtl(d: Decoder): void {
    const { family, destination, source, ttl, frame, time, ipProtocol } = d;
    if (family === 4 ? destination.w3 >>> 28 >= 14 : (destination.w0 & 0xff000000) >>> 0 === 0xff000000) return;
    if (family === 6 && destination.w0 >>> 22 === 0x3fa) return; // fe80::/10
    if (family === 4 && (destination.w3 >>> 16 === 0xa9fe || destination.w3 >>> 24 === 127)) return;
    const src = addressText(family, source);
    const dst = addressText(family, destination);
    const low = this.lowTtl.take(`${src} ${dst}`, () => ({
      family,
      src,
      dst,
      ttl,
      protocol: ipProtocol,
      count: 0,
      ttls: 0,
      frames: [],
      firstTime: time,
      lastTime: time,
    }));
    if (!low) return;
    low.count++;
    low.ttls |= 1 << ttl;
    low.lastTime = time;
    if (low.frames.length < MAX_FRAMES) low.frames.push(frame);
  }
}

function macOf(mac: number): string {
  const digits = mac.toString(16).padStart(12, '0');
  return (digits.match(/../g) ?? []).join(':');
}

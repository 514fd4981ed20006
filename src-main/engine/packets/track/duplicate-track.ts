import type { Decoder } from '../decoder';
import { addressText } from '../flow-key';
import { u16, u32 } from '../protocols/bytes';

const SLOTS = 2048;
/** Copies made by the capture come this soon. */
const COPY_NS = 1e6;
const MAX_FRAMES = 8;
const MAX_LOOPS = 64;

/** A packet that came by again and again, each time with a smaller TTL. */
export interface PacketLoop {
  src: string;
  dst: string;
  times: number;
  firstTtl: number;
  lastTtl: number;
  frames: number[];
  time: number;
  lastTime: number;
  hash: number;
}

/** Finds packets that are in the capture more than once, by a hash of what a router leaves alone. */
export class DuplicateTrack {
  readonly #hashes = new Int32Array(SLOTS);
  readonly #times = new Float64Array(SLOTS);
  readonly #ttls = new Uint8Array(SLOTS);
  readonly #frames = new Float64Array(SLOTS);
  checked = 0;
  /** Copies with the same TTL, and with one that is lower. */
  same = 0;
  routed = 0;
  frames: { frame: number; time: number; of: number }[] = [];
  lastTime = Number.NaN;
  readonly loops: PacketLoop[] = [];

  packet(d: Decoder, payload: number): void {
    const { bytes, family, ipId, ttl, time, frame, source, destination, ipLength } = d;
    const end = d.start + d.captured;
    // The transport's checksum is in the hash: it stands for the payload.
    if (payload + 20 > end) return;
    // Without an identification only what carries data is told apart: bare ACKs may well be alike.
    if ((family === 6 || ipId === 0) && (d.ipProtocol !== 6 || ipLength - (payload - d.ipStart) <= 40)) return;
    this.checked++;
    let hash =
      Math.imul(source.w3 ^ Math.imul(destination.w3, 31) ^ source.w1 ^ destination.w1, 0x2c1b3c6d) ^ (ipId << 8) ^ ipLength;
    hash = Math.imul(hash ^ u32(bytes, payload), 0x297a2d39) ^ (hash >>> 13);
    hash = Math.imul(hash ^ u32(bytes, payload + 4), 0x2c1b3c6d) ^ (hash >>> 15);
    hash = Math.imul(hash ^ u32(bytes, payload + 8), 0x297a2d39) ^ (hash >>> 13);
    hash = Math.imul(hash ^ u32(bytes, payload + 12) ^ u16(bytes, payload + 16), 0x2c1b3c6d) ^ (hash >>> 15);
    if (d.isFragment) hash ^= u16(bytes, d.ipStart + 6);
    hash ^= d.ipProtocol;
    const slot = hash & (SLOTS - 1);
    if (this.#hashes[slot] === hash && this.#frames[slot] !== frame) this.#again(d, hash, slot, ttl, time, frame);
    else {
      this.#hashes[slot] = hash;
      this.#frames[slot] = frame;
      this.#ttls[slot] = ttl;
      this.#times[slot] = time;
    }
  }

  #again(d: Decoder, hash: number, slot: number, ttl: number, time: number, frame: number): void {
    const before = this.#ttls[slot] ?? 0;
    const since = time - (this.#times[slot] ?? 0);
    if (since >= 0 && since <= COPY_NS && ttl <= before) {
      d.isCopy = true;
      if (ttl === before) this.same++;
      else this.routed++;
      if (this.frames.length < MAX_FRAMES) this.frames.push({ frame, time, of: this.#frames[slot] ?? 0 });
      this.lastTime = time;
    }
    if (ttl < before) {
      let loop = this.loops.find(known => known.hash === hash);
      if (!loop && this.loops.length < MAX_LOOPS) {
        loop = {
          src: addressText(d.family, d.source),
          dst: addressText(d.family, d.destination),
          times: 1,
          firstTtl: before,
          lastTtl: before,
          frames: [this.#frames[slot] ?? 0],
          time: this.#times[slot] ?? 0,
          lastTime: time,
          hash,
        };
        this.loops.push(loop);
      }
      if (loop) {
        loop.times++;
        loop.lastTtl = ttl;
        loop.lastTime = time;
        if (loop.frames.length < MAX_FRAMES) loop.frames.push(frame);
      }
    }
    this.#frames[slot] = frame;
    this.#ttls[slot] = ttl;
    this.#times[slot] = time;
  }
}

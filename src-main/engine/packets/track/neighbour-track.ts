import type { Decoder } from '../decoder';
import { AddressWords, addressText, macText } from '../flow-key';
import { u8, u16, u32 } from '../protocols/bytes';
import { BoundedMap } from './bounded-map';

const MAX_FRAMES = 8;

/** Who asked for an IPv6 neighbour. Times in ns since the base of the capture. */
export interface NeighbourQuestion {
  asker: string;
  target: string;
  /** Sent from ::, before the asker takes the address itself. */
  duplicateDetection: boolean;
  requests: number;
  /** Since the last answer. */
  open: number;
  openSince: number;
  lastTime: number;
  frames: number[];
  answered: number;
  answerFrame: number;
  answerTime: number;
}

/** What a router says of itself (RFC 4861 section 4.2). */
export interface RouterAdvertisement {
  router: string;
  mac: string | null;
  lifetime_s: number;
  /** 1 high, 0 medium, -1 low (RFC 4191). */
  preference: number;
  managed: boolean;
  other: boolean;
  mtu: number | null;
  prefixes: string[];
  count: number;
  frame: number;
  time: number;
  lastFrame: number;
  lastTime: number;
}

export interface RouterSolicitations {
  asker: string;
  count: number;
  frames: number[];
  firstTime: number;
  lastTime: number;
}

/** ICMPv6 redirects stand with the errors in shape: reporter, gateway, destination. */
export interface Redirect6 {
  frame: number;
  time: number;
  reporter: string;
  gateway: string;
  destination: string;
}

/** Neighbour discovery (RFC 4861): questions and answers, routers. */
export class NeighbourTrack {
  readonly questions = new BoundedMap<string, NeighbourQuestion>(4096);
  readonly #byTarget = new Map<string, NeighbourQuestion[]>();
  readonly routers = new BoundedMap<string, RouterAdvertisement>(256);
  readonly solicitations = new BoundedMap<string, RouterSolicitations>(1024);
  readonly redirects: Redirect6[] = [];
  readonly #address = new AddressWords();

  packet(d: Decoder, at: number, end: number): void {
    const type = u8(d.bytes, at);
    // Hop limit 255 shows that it comes from this link.
    if (type < 133 || type > 137 || d.ttl !== 255) return;
    const source = addressText(6, d.source);
    if (type === 133) this.#solicitRouter(d, source);
    else if (type === 134) this.#router(d, source, at, end);
    else if (at + 24 > end) return;
    else if (type === 135) this.#ask(d, source, this.#read(d.bytes, at + 8));
    else if (type === 136) this.#answer(d, this.#read(d.bytes, at + 8));
    else if (at + 40 <= end && this.redirects.length < 1000) {
      const gateway = this.#read(d.bytes, at + 8);
      const destination = this.#read(d.bytes, at + 24);
      this.redirects.push({ frame: d.frame, time: d.time, reporter: source, gateway, destination });
    }
  }

  #read(bytes: Uint8Array, at: number): string {
    this.#address.read6(bytes, at);
    return addressText(6, this.#address);
  }

  #ask(d: Decoder, asker: string, target: string): void {
    const { frame, time } = d;
    const question = this.questions.take(`${asker} ${target}`, () => {
      const made: NeighbourQuestion = {
        asker,
        target,
        duplicateDetection: asker === '::',
        requests: 0,
        open: 0,
        openSince: time,
        lastTime: time,
        frames: [],
        answered: 0,
        answerFrame: 0,
        answerTime: Number.NaN,
      };
      const known = this.#byTarget.get(target);
      if (known) known.push(made);
      else this.#byTarget.set(target, [made]);
      return made;
    });
    if (!question) return;
    question.requests++;
    if (question.open++ === 0) {
      question.openSince = time;
      question.frames = [];
    }
    question.lastTime = time;
    if (question.frames.length < MAX_FRAMES) question.frames.push(frame);
  }

  #answer(d: Decoder, target: string): void {
    for (const question of this.#byTarget.get(target) ?? []) {
      question.open = 0;
      question.answered++;
      question.answerFrame = d.frame;
      question.answerTime = d.time;
    }
  }

  #solicitRouter(d: Decoder, asker: string): void {
    const { frame, time } = d;
    const made = this.solicitations.take(asker, () => ({ asker, count: 0, frames: [], firstTime: time, lastTime: time }));
    if (!made) return;
    made.count++;
    made.lastTime = time;
    if (made.frames.length < MAX_FRAMES) made.frames.push(frame);
  }

  #router(d: Decoder, router: string, at: number, end: number): void {
    const { bytes, frame, time } = d;
    if (at + 16 > end) return;
    const flags = u8(bytes, at + 5);
    const lifetime_s = u16(bytes, at + 6);
    const preference = [0, 1, 0, -1][(flags >> 3) & 3] ?? 0;
    let mtu: number | null = null;
    const prefixes: string[] = [];
    for (let next = at + 16; next + 8 <= end; ) {
      const length = u8(bytes, next + 1) * 8;
      if (length === 0 || next + length > end) break;
      if (u8(bytes, next) === 5) mtu = u32(bytes, next + 4);
      if (u8(bytes, next) === 3 && length === 32 && prefixes.length < 8)
        prefixes.push(`${this.#read(bytes, next + 16)}/${u8(bytes, next + 2)}`);
      next += length;
    }
    // One entry for each thing it says: a lifetime of 0 after others is news.
    const key = `${router} ${lifetime_s > 0} ${prefixes.join()} ${mtu} ${flags}`;
    const advertisement = this.routers.take(key, () => ({
      router,
      mac: d.macAt < 0 ? null : macText(bytes, d.macAt + 6),
      lifetime_s,
      preference,
      managed: (flags & 0x80) !== 0,
      other: (flags & 0x40) !== 0,
      mtu,
      prefixes,
      count: 0,
      frame,
      time,
      lastFrame: frame,
      lastTime: time,
    }));
    if (!advertisement) return;
    advertisement.count++;
    advertisement.lastFrame = frame;
    advertisement.lastTime = time;
  }
}

import type { Decoder } from '../decoder';
import { addressText, macText } from '../flow-key';
import { BoundedMap } from './bounded-map';

const MAX_CLAIMS = 4;
const MAX_FRAMES = 8;
const MAX_ASKERS = 4;
/** Wireshark's limit: this many requests in 100 ms are a storm. */
const STORM = { requests: 30, window: 100e6 };
const SECOND = 1e9;

/** A hardware address that says an IPv4 address is its own. */
export interface ArpClaim {
  mac: string;
  firstFrame: number;
  firstTime: number;
  lastFrame: number;
  lastTime: number;
  count: number;
  /** Replies nobody had asked for. */
  unsolicited: number;
  frames: number[];
  /** Replies to the probe of another machine for this address (RFC 5227). */
  defended: number;
}

/** Who asked for an address, and whether it came. */
export interface ArpQuestion {
  asker: string;
  askerMac: string;
  target: string;
  requests: number;
  frames: number[];
  firstTime: number;
  lastTime: number;
  /** Requests since the last answer. */
  open: number;
  openFrames: number[];
  openSince: number;
  answered: number;
  /** Before the asker took the address: it wants no answer (RFC 5227). */
  probe: boolean;
}

export interface ArpSender {
  mac: string;
  requests: number;
  gratuitous: number;
  gratuitousBurst: number;
  burstSince: number;
  burst: number;
  burstFrames: number[];
  /** Distinct targets asked in the busiest 10 s. */
  targetsBurst: number;
  targets: Set<number>;
  targetsSince: number;
  targetFrames: number[];
  ip: string;
}

/** Claims, questions and storms of ARP (RFC 826). Times in ns since the base of the capture. */
export class ArpTrack {
  readonly claims = new BoundedMap<number, ArpClaim[]>(4096);
  readonly #questions = new BoundedMap<number, ArpQuestion[]>(4096);
  readonly senders = new BoundedMap<string, ArpSender>(1024);
  packets = 0;
  // Requests of the last 100 ms, as a ring.
  readonly #ring = new Float64Array(STORM.requests + 1);
  #ringAt = 0;
  storms = 0;
  stormFrames: number[] = [];
  stormFirst = Number.NaN;
  stormLast = Number.NaN;
  #second = Number.NaN;
  #inSecond = 0;
  #busy = 0;
  /** Most seconds in a row with more than 100 packets. */
  busySeconds = 0;
  peakPerSecond = 0;

  get questions(): ArpQuestion[] {
    return this.#questions.values().flat();
  }

  packet(d: Decoder, at: number, end: number): void {
    this.packets++;
    // Ethernet and IPv4 only.
    if (at + 28 > end || d.u16(at) !== 1 || d.u16(at + 2) !== 0x0800 || d.bytes[at + 4] !== 6 || d.bytes[at + 5] !== 4) return;
    const operation = d.u16(at + 6);
    if (operation !== 1 && operation !== 2) return;
    const { frame, time } = d;
    const sender = d.u32(at + 14);
    const target = d.u32(at + 24);
    const mac = macText(d.bytes, at + 8) ?? '';
    const isRequest = operation === 1;
    const isGratuitous = sender === target && sender !== 0;
    this.#countSecond(time);
    if (isRequest) this.#storm(frame, time);
    this.#sender(mac, sender, target, isRequest, isGratuitous, frame, time);
    let asked = false;
    if (sender !== 0) {
      asked = this.#answered(sender);
      const askedBy = isRequest ? 0 : target;
      this.#claim(sender, mac, frame, time, !isRequest && !asked, !isRequest && askedBy === 0);
    }
    if (isRequest && !isGratuitous && target !== 0) this.#ask(sender, mac, target, frame, time);
  }

  #claim(address: number, mac: string, frame: number, time: number, unsolicited: boolean, defends: boolean): void {
    const claims = this.claims.take(address, () => []);
    if (!claims) return;
    let claim = claims.find(known => known.mac === mac);
    if (!claim) {
      if (claims.length >= MAX_CLAIMS) return;
      claim = {
        mac,
        firstFrame: frame,
        firstTime: time,
        lastFrame: frame,
        lastTime: time,
        count: 0,
        unsolicited: 0,
        frames: [],
        defended: 0,
      };
      claims.push(claim);
    }
    claim.count++;
    if (unsolicited) claim.unsolicited++;
    if (defends) claim.defended++;
    claim.lastFrame = frame;
    claim.lastTime = time;
    if (claim.frames.length < MAX_FRAMES) claim.frames.push(frame);
  }

  #ask(asker: number, askerMac: string, target: number, frame: number, time: number): void {
    const questions = this.#questions.take(target, () => []);
    if (!questions) return;
    const askerText = ipText(asker);
    let question = questions.find(known => known.asker === askerText && known.askerMac === askerMac);
    if (!question) {
      if (questions.length >= MAX_ASKERS) return;
      question = {
        asker: askerText,
        askerMac,
        target: ipText(target),
        requests: 0,
        frames: [],
        firstTime: time,
        lastTime: time,
        open: 0,
        openFrames: [],
        openSince: time,
        answered: 0,
        probe: asker === 0,
      };
      questions.push(question);
    }
    question.requests++;
    if (question.open++ === 0) {
      question.openSince = time;
      question.openFrames = [];
    }
    question.lastTime = time;
    if (question.frames.length < MAX_FRAMES) question.frames.push(frame);
    if (question.openFrames.length < MAX_FRAMES) question.openFrames.push(frame);
  }

  /** @returns whether somebody had asked for it */
  #answered(address: number): boolean {
    const questions = this.#questions.map.get(address);
    if (!questions) return false;
    let asked = false;
    for (const question of questions) {
      if (question.open > 0) asked = true;
      question.open = 0;
      question.answered++;
    }
    return asked;
  }

  #storm(frame: number, time: number): void {
    const size = this.#ring.length;
    this.#ring[this.#ringAt] = time;
    this.#ringAt = (this.#ringAt + 1) % size;
    const oldest = this.#ring[this.#ringAt] ?? 0;
    if (this.packets < size || oldest === 0 || time - oldest > STORM.window) return;
    if (this.storms++ === 0) this.stormFirst = time;
    this.stormLast = time;
    if (this.stormFrames.length < MAX_FRAMES) this.stormFrames.push(frame);
  }

  #countSecond(time: number): void {
    const second = Math.floor(time / SECOND);
    if (second === this.#second) this.#inSecond++;
    else {
      this.#busy = this.#inSecond > 100 && second === this.#second + 1 ? this.#busy + 1 : 0;
      if (this.#busy > this.busySeconds) this.busySeconds = this.#busy;
      this.#second = second;
      this.#inSecond = 1;
    }
    if (this.#inSecond > this.peakPerSecond) this.peakPerSecond = this.#inSecond;
  }

  #sender(mac: string, ip: number, target: number, isRequest: boolean, isGratuitous: boolean, frame: number, time: number): void {
    const sender = this.senders.take(mac, () => ({
      mac,
      requests: 0,
      gratuitous: 0,
      gratuitousBurst: 0,
      burstSince: time,
      burst: 0,
      burstFrames: [],
      targetsBurst: 0,
      targets: new Set(),
      targetsSince: time,
      targetFrames: [],
      ip: '',
    }));
    if (!sender) return;
    if (ip !== 0) sender.ip = ipText(ip);
    if (isGratuitous) {
      sender.gratuitous++;
      if (time - sender.burstSince > 10 * SECOND) {
        sender.burstSince = time;
        sender.burst = 0;
      }
      if (++sender.burst > sender.gratuitousBurst) sender.gratuitousBurst = sender.burst;
      if (sender.burstFrames.length < MAX_FRAMES) sender.burstFrames.push(frame);
      return;
    }
    if (!isRequest) return;
    sender.requests++;
    if (time - sender.targetsSince > 10 * SECOND) {
      sender.targetsSince = time;
      sender.targets.clear();
    }
    if (sender.targets.size < 1024) sender.targets.add(target);
    if (sender.targets.size > sender.targetsBurst) {
      sender.targetsBurst = sender.targets.size;
      if (sender.targetFrames.length < MAX_FRAMES) sender.targetFrames.push(frame);
    }
  }
}

function ipText(address: number): string {
  return addressText(4, { w0: 0, w1: 0, w2: 0, w3: address | 0 });
}

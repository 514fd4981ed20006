import { AddressWords, addressText } from './flow-key';
import { type Marks, NO_MARKS } from './marks';
import type { End, Ends } from './piece';
import type { Note } from './tcp-notes';
import { TcpSide } from './tcp-side';
import type { TcpTrack } from './track/tcp-track';
import type { UdpTrack } from './track/udp-track';

/**
 * Flows kept at once (threat-model: bounded). Beyond the first number those that are over and were healthy are let go of,
 * beyond the second all that are over, and at the last the one longest without a packet.
 */
export const FLOW_LIMITS = { healthy: 28_672, over: 32_768, all: 65_536 };

/** What TCP and UDP flows share: the key, the two ends and the time they were seen. */
abstract class FlowBase implements Ends {
  readonly source = new AddressWords();
  readonly destination = new AddressWords();
  /** 1-based, in order of the first packet. */
  number = 0;
  firstFrame = 0;
  /** ns since the base of the capture. */
  firstTime = 0;
  lastTime = 0;
  /** State of the dissector of what the flow carries; the dissectors own it. */
  app: unknown = undefined;
  /** What was recognised in it last, a number of PROTOCOL_NAMES; -1 while nothing was. */
  protocol = -1;
  /** The next flow of the same hash bucket. */
  nextInBucket: Flow | undefined = undefined;
  hash = 0;
  /** A later flow of the same ends has begun: packets go there. */
  replaced = false;
  evicted = false;
  /** Shown addresses where they are not those of the key: the network layer inside a tunnel. */
  shown: { family: number; source: AddressWords; destination: AddressWords } | null = null;
  /** `source` of the key is end b: its other end began. */
  reversed = false;
  #a: End | undefined;
  #b: End | undefined;

  constructor(
    /** 4 or 6 */
    readonly family: number,
    /** Ports of the key: those of the first packet. */
    readonly sourcePort: number,
    readonly destinationPort: number,
  ) {}

  get a(): End {
    return (this.#a ??= this.#end(this.reversed));
  }

  get b(): End {
    return (this.#b ??= this.#end(!this.reversed));
  }

  #end(destination: boolean): End {
    const { family, source, destination: other } = this.shown ?? this;
    return {
      ip: addressText(family, destination ? other : source),
      port: destination ? this.destinationPort : this.sourcePort,
    };
  }
}

export class UdpFlow extends FlowBase {
  readonly kind = 'udp';
  readonly packets: [number, number] = [0, 0];
  readonly bytes: [number, number] = [0, 0];
  /** What else is followed, from the fourth datagram on. */
  track: UdpTrack | null = null;
}

export class TcpFlow extends FlowBase {
  readonly kind = 'tcp';
  /** Of a (the client) and b. */
  readonly sides: readonly [TcpSide, TcpSide] = [new TcpSide(), new TcpSide()];
  /** Bits as in Wireshark's tcp.completeness: SYN 1, SYN/ACK 2, ACK 4, data 8, FIN 16, RST 32. */
  completeness = 0;
  /** ns of the most recent SYN without ACK; NaN while none. */
  synTime = Number.NaN;
  /**
   * tcp.analysis.initial_rtt in ns; 0 while unknown. As in tshark it may be negative where the time stamps go backwards.
   */
  initialRtt = 0;
  /** The pair had an earlier flow in this capture (tcp.analysis.reused_ports). */
  reusedPorts = false;
  /** The flow that had the same ends before. */
  previous: { lastTime: number; number: number } | null = null;
  synOptionsSeen = false;
  /** Its SYNs, FINs and RSTs. */
  marks: Marks = NO_MARKS;
  /** By bit of ANALYSIS. */
  notes: Map<number, Note> | null = null;
  /** What else is followed, from the first data or the first trouble on. */
  track: TcpTrack | null = null;
}

export type Flow = UdpFlow | TcpFlow;

/** Grows with the flows: a capture of few packets is to cost little. */
const FIRST_BUCKETS = 256;
/** After its end a TCP flow may still repeat a FIN; one without an end, or of UDP, is over after a longer silence. */
const OVER_NS = { closed: 5e9, udp: 30e9, tcp: 300e9 };
/** Flows looked at for one that is let go of. */
const TRIES = 16;
/** Flows that were let go of leave the list together. */
const COMPACT_AFTER = 4_096;

/** Finds the flow of a packet by numbers alone: no text, no object is made for a packet. */
export class FlowTable {
  #buckets = Array.from<Flow | undefined>({ length: FIRST_BUCKETS });
  /** By age; holes are flows that were let go. */
  readonly flows: Flow[] = [];
  #hand = 0;
  evicted = 0;
  #live = 0;
  onEvict: (flow: Flow) => void = () => {};

  constructor(readonly limits = FLOW_LIMITS) {}

  /** The newest flow between these ends, whoever sent first. */
  find(tcp: boolean, source: AddressWords, destination: AddressWords, sport: number, dport: number): Flow | undefined {
    let flow = this.#buckets[hashOf(tcp, source, destination, sport, dport) & (this.#buckets.length - 1)];
    while (flow) {
      if (!flow.replaced && (flow.kind === 'tcp') === tcp) {
        if (flow.sourcePort === sport && flow.destinationPort === dport) {
          if (flow.source.equals(source) && flow.destination.equals(destination)) return flow;
        }
        if (flow.sourcePort === dport && flow.destinationPort === sport) {
          if (flow.source.equals(destination) && flow.destination.equals(source)) return flow;
        }
      }
      flow = flow.nextInBucket;
    }
    return undefined;
  }

  add(flow: Flow, source: AddressWords, destination: AddressWords, frame: number, time: number): void {
    if (this.#live >= this.limits.healthy) this.#makeRoom(time);
    flow.source.copy(source);
    flow.destination.copy(destination);
    flow.hash = hashOf(flow.kind === 'tcp', source, destination, flow.sourcePort, flow.destinationPort);
    if (this.#live >= this.#buckets.length) this.#grow();
    this.#link(flow);
    flow.firstFrame = frame;
    flow.firstTime = flow.lastTime = time;
    this.flows.push(flow);
    flow.number = this.flows.length + this.#forgotten;
    this.#live++;
  }

  #forgotten = 0;

  #makeRoom(time: number): void {
    const { over, all } = this.limits;
    let ended: Flow | undefined;
    let oldest: Flow | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      if (this.#hand >= this.flows.length) this.#hand = 0;
      const flow = this.flows[this.#hand++];
      if (!flow || flow.evicted) continue;
      if (!oldest || flow.lastTime < oldest.lastTime) oldest = flow;
      if (!isOver(flow, time)) continue;
      if (isHealthy(flow)) return this.#evict(flow);
      if (!ended || flow.lastTime < ended.lastTime) ended = flow;
    }
    if (ended && this.#live >= over) this.#evict(ended);
    else if (oldest && this.#live >= all) this.#evict(oldest);
  }

  #evict(flow: Flow): void {
    this.onEvict(flow);
    this.#unlink(flow);
    flow.evicted = true;
    flow.app = undefined;
    this.evicted++;
    this.#live--;
    if (this.evicted % COMPACT_AFTER === 0) this.#compact();
  }

  #unlink(flow: Flow): void {
    const bucket = flow.hash & (this.#buckets.length - 1);
    let at = this.#buckets[bucket];
    if (at === flow) {
      this.#buckets[bucket] = flow.nextInBucket;
      return;
    }
    while (at && at.nextInBucket !== flow) at = at.nextInBucket;
    if (at) at.nextInBucket = flow.nextInBucket;
  }

  #link(flow: Flow): void {
    const bucket = flow.hash & (this.#buckets.length - 1);
    flow.nextInBucket = this.#buckets[bucket];
    this.#buckets[bucket] = flow;
  }

  #grow(): void {
    this.#buckets = Array.from<Flow | undefined>({ length: this.#buckets.length * 4 });
    for (const flow of this.flows) if (!flow.evicted) this.#link(flow);
  }

  /** Drops the evicted from the list, so that it does not grow with the capture. */
  #compact(): void {
    const kept = this.flows.filter(flow => !flow.evicted);
    this.#forgotten += this.flows.length - kept.length;
    this.flows.length = 0;
    for (const flow of kept) this.flows.push(flow);
    this.#hand = 0;
  }
}

function isOver(flow: Flow, time: number): boolean {
  const idle = time - flow.lastTime;
  if (flow.kind === 'udp') return idle > OVER_NS.udp;
  const [a, b] = flow.sides;
  const isClosed = flow.replaced || a.resets + b.resets > 0 || (a.fins > 0 && b.fins > 0);
  return idle > (isClosed ? OVER_NS.closed : OVER_NS.tcp);
}

/** Opened and ended in order, with nothing the analysis had to note. Datagrams tell their trouble by rows of their own. */
function isHealthy(flow: Flow): boolean {
  if (flow.kind === 'udp') return true;
  const [a, b] = flow.sides;
  return flow.notes === null && a.resets + b.resets === 0 && (flow.completeness & 7) === 7;
}

/** The same for both directions. */
function hashOf(tcp: boolean, a: AddressWords, b: AddressWords, aport: number, bport: number): number {
  let hash = a.w3 ^ b.w3 ^ Math.imul(a.w2 ^ b.w2 ^ a.w1 ^ b.w1, 31) ^ Math.imul(a.w0 ^ b.w0, 17);
  hash = Math.imul(hash ^ (tcp ? 0x9e3779b1 : 0x85ebca6b), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 15) ^ (aport + bport) ^ Math.imul(aport ^ bport, 0x45d9f3b), 0x297a2d39);
  return (hash ^ (hash >>> 14)) & 0x7fff_ffff;
}

import type { Decoder } from '../decoder';
import { addressText, macText } from '../flow-key';
import type { FlowTable, UdpFlow } from '../flows';
import type { FragmentSet } from '../fragments';
import { FIN, PSH } from '../tcp-side';
import { ArpTrack } from './arp-track';
import { BoundedMap } from './bounded-map';
import { ChecksumTrack } from './checksum-track';
import { FrameTrack } from './frame-track';
import { IcmpTrack } from './icmp-track';
import { NeighbourTrack } from './neighbour-track';
import { readNumber, UdpNumbers } from './udp-numbers';
import { UdpTrack } from './udp-track';

const MAX_FRAGMENT_SETS = 256;
const MAX_FRAMES = 8;
/** A flow of this many datagrams is worth following. */
const FOLLOW_FROM = 4;
const URG = 0x20;

export interface LostFragments {
  src: string;
  dst: string;
  family: number;
  protocol: number;
  id: number;
  firstFrame: number;
  lastFrame: number;
  time: number;
  have: number;
  total: number;
  why: 'timeout' | 'limit' | 'end' | 'overlap';
  /** Its first fragment came. */
  port: number | null;
}

export interface BridgeChanges {
  frames: number[];
  topologyChanges: number;
  rootChanges: number;
  firstTime: number;
  lastTime: number;
  root: string;
  messages: number;
}

/** A source that sends TCP segments no connection begins with. */
export interface OddProbe {
  src: string;
  kind: 'null' | 'fin' | 'xmas';
  count: number;
  frames: number[];
  firstTime: number;
  lastTime: number;
  dst: string;
}

/** What is followed of a capture as a whole, for detectors. All of it is bounded. */
export class CaptureTrack {
  readonly frames = new FrameTrack();
  readonly arp = new ArpTrack();
  readonly icmp = new IcmpTrack();
  readonly neighbours = new NeighbourTrack();
  readonly checksums = new ChecksumTrack();
  readonly oddProbes = new BoundedMap<string, OddProbe>(512);
  readonly fragments: LostFragments[] = [];
  fragmentsLeftOut = 0;
  readonly bridge: BridgeChanges = {
    frames: [],
    topologyChanges: 0,
    rootChanges: 0,
    firstTime: Number.NaN,
    lastTime: Number.NaN,
    root: '',
    messages: 0,
  };

  network(d: Decoder, payload: number): void {
    if (d.family === 4) this.checksums.ipv4Header(d, payload);
    this.frames.network(d, payload);
  }

  /** The first segment of a flow: neither SYN nor ACK nor RST is a probe. */
  firstSegment(d: Decoder, start: number, wireEnd: number): void {
    const bits = (d.bytes[start + 13] ?? 0) & 0x3f;
    const length = wireEnd - start - ((d.bytes[start + 12] ?? 0) >>> 4) * 4;
    const kind = bits === 0 ? 'null' : bits === FIN ? 'fin' : bits === (FIN | PSH | URG) ? 'xmas' : null;
    if (kind === null || length > 0) return;
    const src = addressText(d.family, d.source);
    const probe = this.oddProbes.take(`${src} ${kind}`, () => ({
      src,
      kind,
      count: 0,
      frames: [],
      firstTime: d.time,
      lastTime: d.time,
      dst: addressText(d.family, d.destination),
    }));
    if (!probe) return;
    probe.count++;
    probe.lastTime = d.time;
    if (probe.frames.length < MAX_FRAMES) probe.frames.push(d.frame);
  }

  datagram(flow: UdpFlow, from: 0 | 1, { frame, time, ttl }: Decoder): void {
    if (flow.track === null) {
      if (flow.packets[0] + flow.packets[1] < FOLLOW_FROM) return;
      flow.track = new UdpTrack();
    }
    flow.track.sides[from].packet(frame, time, ttl);
  }

  /** @param port the lower of the two */
  numbered(flow: UdpFlow, from: 0 | 1, bytes: Uint8Array, start: number, end: number, port: number, frame: number): void {
    const side = flow.track?.sides[from];
    if (side) readNumber(bytes, start, end, port, () => (side.numbers ??= new UdpNumbers()), frame);
  }

  icmpMessage(d: Decoder, start: number, end: number, flows: FlowTable): void {
    this.icmp.icmp(d, start, end, flows);
  }

  icmp6Message(d: Decoder, start: number, end: number, flows: FlowTable): void {
    this.icmp.icmp6(d, start, end, flows);
    this.neighbours.packet(d, start, end);
  }

  /** A spanning tree message (802.1D): topology change flag, root. */
  bpdu({ bytes, frame, time }: Decoder, start: number, end: number): void {
    if (start + 4 > end) return;
    const { bridge } = this;
    bridge.messages++;
    const type = bytes[start + 3] ?? 0;
    const changes = type === 0x80 || (start + 5 <= end && ((bytes[start + 4] ?? 0) & 1) === 1);
    let newRoot = false;
    if (type !== 0x80 && start + 13 <= end) {
      const root = `${bytes[start + 5]}.${bytes[start + 6]} ${macText(bytes, start + 7)}`;
      newRoot = bridge.root !== '' && root !== bridge.root;
      bridge.root = root;
    }
    if (changes) bridge.topologyChanges++;
    if (newRoot) bridge.rootChanges++;
    if (!changes && !newRoot) return;
    if (bridge.frames.length === 0) bridge.firstTime = time;
    bridge.lastTime = time;
    if (bridge.frames.length < MAX_FRAMES) bridge.frames.push(frame);
  }

  fragmentsLost(set: FragmentSet, why: LostFragments['why']): void {
    if (set.cut && why !== 'overlap') return; // the snap length cut it, nothing was lost
    if (this.fragments.length >= MAX_FRAGMENT_SETS) {
      this.fragmentsLeftOut++;
      return;
    }
    const { src, dst, family, protocol, id, firstFrame, lastFrame, firstTime: time, have, total, bytes, ranges } = set;
    const hasPorts = (protocol === 6 || protocol === 17) && ranges[0]?.[0] === 0;
    const port = hasPorts ? ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0) : null;
    this.fragments.push({ src, dst, family, protocol, id, firstFrame, lastFrame, time, have, total, why, port });
  }
}

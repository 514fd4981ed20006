import type { AddressWords } from './flow-key';

/** Datagrams put together at once, and bytes in all of them. */
const MAX_SETS = 256;
const MAX_BYTES = 8 << 20;
const MAX_DATAGRAM = 65_535;
const MAX_PIECES = 2_048;
/** Given up after this long: RFC 791 asks 30 s, RFC 8200 section 4.5 60 s. */
const TIMEOUT_NS = 60e9;

/** The fragments of one datagram so far. */
export interface FragmentSet {
  key: string;
  family: number;
  src: string;
  dst: string;
  protocol: number;
  id: number;
  firstFrame: number;
  lastFrame: number;
  firstTime: number;
  pieces: number;
  /** Bytes of payload that are there. */
  have: number;
  /** Known once the last fragment came; -1 before. */
  total: number;
  overlap: boolean;
  /** Bytes missing from what was captured (snap length): never whole. */
  cut: boolean;
  bytes: Uint8Array;
  ranges: [number, number][];
}

/** Puts fragmented datagrams together, as many as fit its limits; what is given up is told. */
export class Fragments {
  readonly #sets = new Map<string, FragmentSet>();
  #bytes = 0;
  /** Datagrams that were complete. */
  completed = 0;
  fragments = 0;
  onIncomplete: (set: FragmentSet, why: 'timeout' | 'limit' | 'end') => void = () => {};
  onOverlap: (set: FragmentSet) => void = () => {};

  /**
   * @param data the captured payload of this fragment; length is that on the wire
   * @returns the whole datagram's payload once it is complete
   */
  add(
    fragment: {
      family: number;
      source: AddressWords;
      destination: AddressWords;
      text: () => { src: string; dst: string };
      protocol: number;
      id: number;
      offset: number;
      more: boolean;
      frame: number;
      time: number;
    },
    data: Uint8Array,
    length: number,
  ): FragmentSet | null {
    this.fragments++;
    const { source: s, destination: d, protocol, id, offset, more, frame, time, family } = fragment;
    const key = `${s.w0},${s.w1},${s.w2},${s.w3},${d.w0},${d.w1},${d.w2},${d.w3},${protocol},${id}`;
    let set = this.#sets.get(key);
    if (set && time - set.firstTime > TIMEOUT_NS) {
      this.#drop(set, 'timeout');
      set = undefined;
    }
    if (!set) {
      while (this.#sets.size >= MAX_SETS || this.#bytes > MAX_BYTES) {
        const oldest = this.#sets.values().next().value;
        if (!oldest) break;
        this.#drop(oldest, time - oldest.firstTime > TIMEOUT_NS ? 'timeout' : 'limit');
      }
      const { src, dst } = fragment.text();
      set = {
        key,
        family,
        src,
        dst,
        protocol,
        id,
        firstFrame: frame,
        lastFrame: frame,
        firstTime: time,
        pieces: 0,
        have: 0,
        total: -1,
        overlap: false,
        cut: false,
        bytes: new Uint8Array(2048),
        ranges: [],
      };
      this.#sets.set(key, set);
      this.#bytes += set.bytes.length;
    }
    set.lastFrame = frame;
    const end = offset + length;
    if (end > MAX_DATAGRAM || set.pieces >= MAX_PIECES) return null;
    set.pieces++;
    if (data.length < length) set.cut = true;
    if (!more && set.total < 0) set.total = end;
    const fresh = addRange(set.ranges, offset, end);
    if (fresh < length && !set.overlap && !isRepeat(set, data, offset)) {
      set.overlap = true;
      this.onOverlap(set);
    }
    set.have += fresh;
    if (end > set.bytes.length) {
      const larger = new Uint8Array(Math.min(MAX_DATAGRAM + 1, Math.max(end, set.bytes.length * 2)));
      larger.set(set.bytes);
      this.#bytes += larger.length - set.bytes.length;
      set.bytes = larger;
    }
    if (fresh > 0) set.bytes.set(data, offset);
    if (set.total < 0 || set.have < set.total) return null;
    this.#sets.delete(key);
    this.#bytes -= set.bytes.length;
    this.completed++;
    return set;
  }

  /** Tells what is still incomplete at the end of the capture. */
  end(): void {
    for (const set of this.#sets.values()) this.#drop(set, 'end');
  }

  #drop(set: FragmentSet, why: 'timeout' | 'limit' | 'end'): void {
    this.#sets.delete(set.key);
    this.#bytes -= set.bytes.length;
    this.onIncomplete(set, why);
  }
}

/** The same bytes once more are a repeated packet, no overlap. */
function isRepeat(set: FragmentSet, data: Uint8Array, offset: number): boolean {
  for (let i = 0; i < data.length; i++) if (set.bytes[offset + i] !== data[i]) return false;
  return true;
}

/** Adds [from, to) to sorted disjoint ranges. @returns how much of it was new */
function addRange(ranges: [number, number][], from: number, to: number): number {
  let covered = 0;
  let start = from;
  let end = to;
  const kept: [number, number][] = [];
  for (const [low, high] of ranges) {
    if (high < from || low > to) {
      kept.push([low, high]);
      continue;
    }
    covered += Math.max(0, Math.min(high, to) - Math.max(low, from));
    start = Math.min(start, low);
    end = Math.max(end, high);
  }
  kept.push([start, end]);
  kept.sort((a, b) => a[0] - b[0]);
  ranges.length = 0;
  ranges.push(...kept);
  return to - from - covered;
}
